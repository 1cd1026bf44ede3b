import type { Receipt } from '@inkstream/contracts';
import { type ExecutionFault, isProviderWide, isTransient } from '@inkstream/domain';
import { extractReceipts, harmlessMarkdown, mergeReceipts, toMarkdown } from '@inkstream/receipt-fields';
import type { PageSize, Recognition } from './engine.ts';
import { NO_MODEL, type PageNote, type PageReading } from './page-reading.ts';
import { ProviderError, toFault } from './provider-error.ts';
import { type PageToStore, type ReadPage, readPageSchema } from './stored-page.ts';

/** Which pages an attempt is to read. Plain data, so that it crosses threads whole. */
export interface PagesTask {
  /** Numbers of the pages that were asked for, in ascending order; all of them if there are none. */
  readonly selected: readonly number[] | undefined;
  /** Those that attempts before have read. */
  readonly there: readonly ReadPage[];
  /** Attempts before that ended by a fault of a page, or with their thread: the page where that was comes last now. */
  readonly ended: number;
}

/** Where what is said of pages goes. */
export interface PageSink {
  /** So many are to be read in all; it is called once the document is open. */
  opened(pages: number): void;
  keep(page: PageToStore): void;
  note(number: number): PageNote;
  /** Has the work on these pages measured, and traced as theirs. */
  ofPages<T>(numbers: readonly number[], work: () => Promise<T>): Promise<T>;
}

/** A sink for which nothing is kept. */
export const nobody: PageSink = {
  opened: () => {},
  keep: () => {},
  note: noteInMemory,
  ofPages: (_numbers, work) => work(),
};

function noteInMemory(): PageNote {
  let noted: string | null = null;
  return {
    get: async () => noted,
    set: async (text) => {
      noted = text;
    },
  };
}

/** The text between the Markdown of two pages. */
const PAGE_BREAK = '\n\n---\n\n';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

/** Collects the pages of a document while they are read, and makes one result of them. */
export class PagesRead {
  readonly #task: PagesTask;
  readonly #sink: PageSink;
  readonly #pages: Map<number, ReadPage>;
  #pageCount = 0;
  /** What went wrong with a page that is to be tried again. */
  #again: { readonly error: unknown } | null = null;

  constructor(task: PagesTask, sink: PageSink) {
    this.#task = task;
    this.#sink = sink;
    this.#pages = new Map(task.there.map((page) => [page.page.number, page]));
  }

  /** See `Reading`. */
  opened(pageCount: number): number[] {
    const { selected, ended } = this.#task;
    this.#pageCount = pageCount;
    const wanted = selected ?? upTo(pageCount);
    this.#sink.opened(wanted.filter((number) => number <= pageCount).length);
    for (const number of wanted)
      if (number > pageCount) {
        const message = `There is no page ${number}: the document has ${pageCount}`;
        this.#pages.set(number, this.#failed(number, { code: 'unsupported_document', message }));
      }
    const left = wanted.filter((number) => !this.#pages.has(number));
    const first = left.length > 0 ? ended % left.length : 0;
    return [...left.slice(first), ...left.slice(0, first)];
  }

  /** See `Reading`. */
  pageRead(number: number, reading: PageReading): void {
    const { lines, width = 0, height = 0, rotation = 0, raw, ...facts } = reading;
    const page = { number, width, height, rotation, lines: [...lines] };
    const { receipts, markdown, warnings, model, usage, cost } = facts;
    const read: ReadPage = {
      ...{ page, pageCount: this.#pageCount, model, hasRaw: raw !== undefined },
      ...(receipts && { receipts: [...receipts] }),
      ...(markdown !== undefined && { markdown }),
      ...(warnings && { warnings: warnings.map((warning) => ({ page: number, ...warning })) }),
      ...(usage && { usage }),
      ...(cost && { cost }),
    };
    const { success, error } = readPageSchema.safeParse(read);
    if (success) {
      this.#take({ page: read, raw });
      return;
    }
    // Left as it is it would cost the whole document, and be bought again by whoever goes on.
    const [issue] = error.issues;
    const message = `The provider's answer is not valid: ${issue?.message} (${issue?.path.join('.')})`;
    this.#take({ page: this.#failed(number, { code: 'invalid_result', message }) });
  }

  /** See `Reading`. */
  pageFailed(number: number, error: unknown, size?: PageSize): void {
    const { code, message } = toFault(error);
    if (isProviderWide(code)) throw error;
    if (isTransient(code)) this.#again ??= { error };
    else this.#take({ page: this.#failed(number, { code, message }, size) });
  }

  /** Gives up those that are not read. */
  giveUp(fault: ExecutionFault): void {
    for (const number of this.opened(this.#pageCount || (this.#task.there[0]?.pageCount ?? 0)))
      this.#pages.set(number, this.#failed(number, fault));
  }

  /**
   * What was read of the document.
   *
   * @throws what was wrong with a page that is to be tried again; ProviderError as the first page failed if none could
   *   be read.
   */
  recognition(): Recognition {
    if (this.#again) throw this.#again.error;
    const read = [...this.#pages.values()].sort((a, b) => a.page.number - b.page.number);
    const models = read.flatMap(({ model }) => model ?? []);
    const model = models.find((name) => name !== NO_MODEL) ?? models[0];
    if (typeof model !== 'string') {
      const { code, message } = read[0]?.page.error ?? {
        code: 'invalid_result',
        message: 'No page was read',
      };
      throw new ProviderError(code, message);
    }
    const receipts = receiptsOf(read);
    return {
      pages: read.map(({ page }) => page),
      model,
      ...(receipts && { receipts }),
      ...(read.some(({ markdown }) => markdown !== undefined) && { markdown: markdownOf(read) }),
      warnings: read.flatMap(({ warnings = [] }) => warnings),
      rawPages: read.flatMap(({ page, hasRaw }) => (hasRaw ? [page.number] : [])),
    };
  }

  #failed(
    number: number,
    error: ExecutionFault,
    { width, height }: PageSize = { width: 0, height: 0 },
  ): ReadPage {
    const { code, message } = error;
    const page = { number, width, height, rotation: 0 as const, lines: [], error: { code, message } };
    return { page, pageCount: this.#pageCount, model: null, hasRaw: false };
  }

  #take(read: PageToStore): void {
    const { number } = read.page.page;
    this.#pages.set(number, read.page);
    this.#sink.keep(read);
  }
}

/** The receipts of the pages, if any of them states its own: of one that does not they follow from its lines. */
function receiptsOf(read: readonly ReadPage[]): Receipt[] | null {
  if (read.every(({ receipts }) => receipts === undefined)) return null;
  return mergeReceipts(
    read.map(({ page, receipts = extractReceipts([page]).receipts }) => ({
      number: page.number,
      lines: page.lines.length,
      receipts,
    })),
  );
}

const markdownOf = (read: readonly ReadPage[]): string =>
  read
    .map(({ page, markdown }) =>
      markdown === undefined ? toMarkdown([page], []) : harmlessMarkdown(markdown),
    )
    .filter((text) => text !== '')
    .join(PAGE_BREAK);
