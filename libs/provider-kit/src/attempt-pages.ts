import type { ExecutionState } from '@inkstream/domain';
import { currentTraceparent, inSpan } from '@inkstream/service-kit';
import type { ProviderContext } from './context.ts';
import type { Purse } from './limits/purse.ts';
import type { PageNote } from './page-reading.ts';
import type { PageSink, PagesTask } from './pages-read.ts';
import { Progress } from './progress.ts';
import { attemptsBefore, idsOf, type Request } from './request.ts';
import {
  encodePage,
  loadPages,
  noPages,
  noteKey,
  type PageToStore,
  pageKey,
  type StoredPages,
  unsettledPages,
} from './stored-page.ts';

/** How long pages that are on their way to the store are waited for once the service stops, ms. */
const STOP_MS = 500;

/**
 * The pages of one attempt: those that attempts before have read, and those that it reads, each stored as soon as it is
 * there. A store that is away delays no engine; pages wait for it, and are waited for before an attempt ends that is not
 * the last.
 */
export class AttemptPages implements PageSink {
  readonly #context: ProviderContext;
  readonly #request: Request;
  readonly #before: StoredPages;
  readonly #stateBefore: ExecutionState;
  readonly #ended = new AbortController();
  /** Of the attempt: what threads tell of pages comes outside of it. */
  readonly #traceparent = currentTraceparent();
  readonly #puts = new Set<Promise<void>>();
  readonly #progress: Progress;
  readonly task: PagesTask;
  #pages = 0;
  #fault: { readonly error: unknown } | null = null;
  /** Whether objects of pages may be there, of this attempt or of one before. */
  #left: boolean;

  private constructor(
    context: ProviderContext,
    request: Request,
    before: StoredPages,
    state: ExecutionState,
  ) {
    const { released, unavailable } = state;
    const attempts = state.attempt - attemptsBefore(request);
    this.#context = context;
    this.#request = request;
    this.#before = before;
    this.#stateBefore = state;
    this.#left = attempts > 0;
    const ended = attempts - released - unavailable;
    this.task = { selected: request.pages, there: before.pages, ended };
    this.#progress = new Progress(context, request, state.attempt + 1);
  }

  /** Those of the attempt after the state. Rejects if the store does not answer. */
  static async load(
    context: ProviderContext,
    request: Request,
    state: ExecutionState,
  ): Promise<AttemptPages> {
    const before =
      state.attempt > attemptsBefore(request) ? await loadPages(context.objects, request) : noPages;
    return new AttemptPages(context, request, before, state);
  }

  /** Whether objects of pages may be there. */
  get left(): boolean {
    return this.#left;
  }

  /** Counts the pages that attempts before have bought, and had no chance to say so. */
  countUnsettled(purse: Purse): void {
    for (const page of unsettledPages(this.#before, this.#stateBefore)) purse.recall(page);
  }

  opened(pages: number): void {
    this.#pages = pages;
    this.#progress.opened(pages, this.#before.pages.length);
  }

  keep(read: PageToStore): void {
    if (this.#ended.signal.aborted) return;
    this.#progress.pageRead();
    // The only page of an engine that computes is the result, which is stored next; to read it again costs nothing.
    if (this.#pages === 1 && this.#context.pool.computes) return;
    const key = pageKey(this.#request, read.page.page.number);
    this.#put(key, encodePage(read, this.#stateBefore.attempt + 1));
  }

  ofPages<T>(numbers: readonly number[], work: () => Promise<T>): Promise<T> {
    const name = numbers.length === 1 ? 'read page' : 'read pages';
    const attributes = { 'inkstream.page.numbers': [...numbers] };
    return inSpan(name, { parent: this.#traceparent, attributes }, work);
  }

  note(number: number): PageNote {
    let noted = this.#before.notes.get(number) ?? null;
    return {
      get: async () => noted,
      set: async (text) => {
        noted = text;
        await this.#stored(noteKey(this.#request, number), new TextEncoder().encode(text));
      },
    };
  }

  /**
   * Resolves once all that was read so far is stored.
   *
   * @throws NotKeptError if the service stops before.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#puts);
    if (this.#fault) throw this.#fault.error;
  }

  /** The same, but no longer than a moment: for an attempt that is handed back. Never rejects. */
  async settledSoon(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STOP_MS);
    await Promise.race([Promise.all(this.#puts), late]);
    clearTimeout(timer);
  }

  /** Stores nothing any more. Resolves once nothing is on its way. */
  async end(): Promise<void> {
    this.#ended.abort();
    this.#progress.end();
    await Promise.all(this.#puts);
  }

  #put(key: string, bytes: Uint8Array): void {
    const put = this.#stored(key, bytes)
      .catch((error) => {
        if (!this.#ended.signal.aborted) this.#fault ??= { error };
      })
      .then(() => void this.#puts.delete(put));
    this.#puts.add(put);
  }

  async #stored(key: string, bytes: Uint8Array): Promise<void> {
    const { keeper, objects } = this.#context;
    const { signal } = this.#ended;
    this.#left = true;
    await keeper.keep({ ...idsOf(this.#request), key }, () => objects.put(key, bytes, { signal }), signal);
  }
}
