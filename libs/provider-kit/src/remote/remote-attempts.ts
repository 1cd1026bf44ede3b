import { randomUUID } from 'node:crypto';
import { executionObjects, isFinal, jobObjects, type Spent } from '@inkstream/domain';
import { StaleReadError } from '@inkstream/event-store';
import { type KnownExecution, readExecution } from '@inkstream/job-store';
import { currentTraceparent, inSpan, orProveLost } from '@inkstream/service-kit';
import { documentBytes } from '../fetch-document.ts';
import { type AttemptFault, ProviderError, toFault } from '../provider-error.ts';
import {
  attemptsBefore,
  idsOf,
  isAskedOf,
  lostAttempts,
  type Request,
  subjectOfRequest,
  tryCommand,
} from '../request.ts';
import { tidyResults } from '../result-objects.ts';
import { waitLeft } from '../retry-policy.ts';
import { encodePage, loadPages, pageKey } from '../stored-page.ts';
import { askedRequest, type RequestName } from './asked-request.ts';
import {
  concludeRemote,
  faultOfDocument,
  giveUpLost,
  outcomeOfPages,
  type RemoteAttemptsDeps,
} from './conclude-remote.ts';
import { pageToStore, type SaidOfPage, UnfitError } from './said-of-page.ts';
import { startOf } from './start-of.ts';

/** An attempt that is under way. Of pages whoever begins it is told. */
export interface RunningAttempt {
  readonly status: 'running';
  readonly attempt: number;
  /** The numbers of those that need no more reading. */
  readonly pages?: readonly number[];
  /** The numbers of those that are asked for, in ascending order; all of them if it is left out. */
  readonly selected?: readonly number[];
}

/** How an execution stands, as its worker is told after each call. */
export type Standing =
  | RunningAttempt
  /** The next attempt may begin in so many ms. */
  | { readonly status: 'pending'; readonly afterMs: number }
  /** There is nothing left to do: it has ended, or is asked of the next provider. */
  | { readonly status: 'completed' | 'failed' | 'cancelled' | 'deleted' | 'handed_over' };

/** How often a beginning that another one overtakes is tried anew. */
const MAX_TRIES = 5;
/** Whether it has not ended, for its provider. */
const isOpen = (request: Request, { state }: KnownExecution): boolean =>
  !isFinal(state.status) && isAskedOf(request, state);

const traceIdOf = (traceparent = ''): string | undefined => traceparent.split('-')[1];

/**
 * Runs the work of a call in a span of the trace that the request comes from, whether or not the worker carries it on:
 * if not, its call is linked.
 */
function inTraceOf<T>(request: Request, span: string, provider: string, work: () => Promise<T>): Promise<T> {
  const current = currentTraceparent();
  const isCarriedOn = traceIdOf(current) === traceIdOf(request.traceparent);
  const where = isCarriedOn ? {} : { parent: request.traceparent, links: [current] };
  return inSpan(span, { ...where, attributes: subjectOfRequest(request, provider) }, work);
}

function assertBegun(request: Request, { state }: KnownExecution, attempt: number): void {
  if (attempt > state.attempt || attempt <= attemptsBefore(request))
    throw new UnfitError(`Attempt ${attempt} never began`);
}

/**
 * The attempts of workers that are no processes of ours, and reach no store. They take their requests from the bus, as
 * ours do: whoever is given a request's message is the one to work on it. Each call stands alone, may come twice or
 * from several at once, and may die with its process at any moment; one that is repeated is answered as it was.
 *
 * Each rejects with a transient fault if a store does not answer or is behind the request.
 *
 * @throws NoSuchRequestError if the request is another provider's.
 * @throws EventLostError if the log does not hold it.
 * @throws UnfitError if what the worker says does not fit the execution.
 */
export class RemoteAttempts {
  readonly #deps: RemoteAttemptsDeps;

  constructor(deps: RemoteAttemptsDeps) {
    this.#deps = deps;
  }

  /** How it stands: whether anybody still wants what is read. */
  standing(name: RequestName): Promise<Standing> {
    return this.#on(name, 'ask', async () => null);
  }

  /**
   * The document, checked as it comes; null if nobody wants it read any more. If it is not the one that was uploaded the
   * attempt fails, as it does in the kit.
   *
   * @throws ProviderError while it comes, before its last bytes, if it is not the one that was uploaded.
   */
  async document(name: RequestName, signal: AbortSignal) {
    const request = await this.#open(name);
    const known = request && (await this.#look(request));
    if (!known || !isOpen(request, known)) return null;
    const { document } = request;
    const content = async function* (this: RemoteAttempts) {
      try {
        yield* documentBytes(this.#deps.objects, document, signal);
      } catch (error) {
        if (error instanceof ProviderError) await this.fail(name, known.state.attempt, toFault(error));
        throw error;
      }
    };
    return { ...document, content: content.call(this) };
  }

  /**
   * Begins an attempt, if it is time for one. `worker`: a random id of the process. One that begins again what it has
   * begun goes on with that; another one takes over, so that the first counts as lost. The document is looked at before,
   * as in the kit: a store that is away costs no attempt, and a document that is gone fails.
   *
   * `redelivered`: how often the worker was told before that a store is behind. In the end an append proves that the
   * request is late, or lost.
   */
  begin(name: RequestName, worker: string, redelivered = 0): Promise<Standing> {
    const { subject, revision } = name;
    const type = subject.kind === 'job' ? 'ExecutionRequested' : 'ExecutionHandedOver';
    const event = { ...subject, revision, type } as const;
    return orProveLost(this.#deps.eventStore, event, redelivered, () => this.#begin(name, worker));
  }

  async #begin(name: RequestName, worker: string): Promise<Standing> {
    const { eventStore, objects, policy } = this.#deps;
    let begun: Standing | undefined;
    const standing = await this.#on(name, 'begin', async (request, first) => {
      let known = first;
      for (let tries = 0; tries < MAX_TRIES && isOpen(request, known); tries++) {
        const { state } = known;
        const before = state.status === 'running' ? await startOf(eventStore, request, state) : null;
        let running: KnownExecution | null = before?.worker === worker ? known : null;
        if (!running) {
          if ((await this.#waitMs(known)) > 0) return known;
          if (lostAttempts(state) >= policy.maxLost) return giveUpLost(this.#deps, request, known);
          const fault = await faultOfDocument(this.#deps, request);
          const after = attemptsBefore(request);
          const start = { type: 'StartExecution', attempt: state.attempt + 1, worker, after } as const;
          running = await tryCommand(this.#deps, request, known, start, randomUUID());
          if (running && fault)
            return concludeRemote(this.#deps, request, running, { kind: 'failed', fault });
        }
        if (running) {
          const { pages } = await loadPages(objects, request);
          const { attempt } = running.state;
          const selected = request.pages && { selected: request.pages };
          begun = { status: 'running', attempt, pages: pages.map(({ page }) => page.number), ...selected };
          return running;
        }
        known = await this.#look(request);
      }
      if (isOpen(request, known)) throw new StaleReadError('Others begin this execution at once');
      return known;
    });
    return begun ?? standing;
  }

  /** Stores what an attempt says of a page: no attempt after it need read it again. */
  page(name: RequestName, attempt: number, number: number, said: SaidOfPage): Promise<Standing> {
    return this.#on(name, 'page', async (request, known) => {
      assertBegun(request, known, attempt);
      const page = pageToStore(request, number, said);
      // If it comes too late, whoever looks how the execution stands removes it again.
      await this.#deps.objects.put(pageKey(request, number), encodePage(page, attempt));
      return null;
    });
  }

  /**
   * Completes an execution with the pages that are stored; text, Markdown and fields follow from them as in the kit.
   * `spent`: beside what the pages say.
   */
  complete(name: RequestName, attempt: number, spent: Spent = {}): Promise<Standing> {
    return this.#on(name, 'complete', async (request, known) => {
      assertBegun(request, known, attempt);
      try {
        const outcome = await outcomeOfPages(this.#deps, request);
        return await concludeRemote(this.#deps, request, known, outcome, { attempt, spent });
      } catch (error) {
        // Pages go once the execution has ended, so that a call that comes twice at once may miss some.
        const after = await this.#look(request);
        if (!isFinal(after.state.status)) throw error;
        return after;
      }
    });
  }

  /** Says why an attempt failed: another one follows, or the end, as the retry policy says. */
  fail(name: RequestName, attempt: number, error: AttemptFault, spent: Spent = {}): Promise<Standing> {
    const { retryAfterMs } = error;
    const fault = { ...toFault(error), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return this.#on(name, 'fail', async (request, known) => {
      assertBegun(request, known, attempt);
      const { status, attempt: latest } = known.state;
      if (status !== 'running' || latest !== attempt) return null;
      return concludeRemote(this.#deps, request, known, { kind: 'failed', fault }, { attempt, spent });
    });
  }

  /** Hands an attempt back, since the worker stops: it counts for nothing. */
  release(name: RequestName, attempt: number): Promise<Standing> {
    return this.#on(name, 'release', (request, known) =>
      tryCommand(this.#deps, request, known, { type: 'ReleaseExecution', attempt }),
    );
  }

  /** Does what was asked with an execution that has not ended, and says how it stands then. `work` returns what it knows of that. */
  async #on(
    name: RequestName,
    call: 'ask' | 'begin' | 'page' | 'complete' | 'fail' | 'release',
    work: (request: Request, known: KnownExecution) => Promise<KnownExecution | null>,
  ): Promise<Standing> {
    const request = await this.#open(name);
    if (!request) return { status: 'deleted' };
    return inTraceOf(request, `remote ${call}`, name.provider, () => this.#standing(request, work));
  }

  async #standing(
    request: Request,
    work: (request: Request, known: KnownExecution) => Promise<KnownExecution | null>,
  ): Promise<Standing> {
    const before = await this.#look(request);
    const after = isOpen(request, before) ? await work(request, before) : before;
    const known = await this.#look(request, after ?? before);
    const { status, attempt } = known.state;
    if (!isFinal(status) && !isAskedOf(request, known.state)) return { status: 'handed_over' };
    if (status === 'running') return { status, attempt };
    if (status === 'pending') return { status, afterMs: Math.ceil(await this.#waitMs(known)) };
    await tidyResults(this.#deps, request, known.revision);
    return { status };
  }

  /** The request, by its event; null if its job or file is deleted: then nothing of it is left. */
  async #open(name: RequestName): Promise<Request | null> {
    const { eventStore, objects } = this.#deps;
    const request = await askedRequest(eventStore, name);
    if (request !== 'deleted') return request;
    // A process may have died between storing something and being told that nobody wants it.
    const { subject, uid } = name;
    const left = subject.kind === 'job' ? jobObjects(uid) : executionObjects(uid, subject.executionId);
    await objects.deletePrefix(left);
    return null;
  }

  /** The execution, with the handover in it that the request comes from. */
  #look(request: Request, known?: KnownExecution): Promise<KnownExecution> {
    const { uid, handover } = request;
    const atLeast = handover?.revision;
    return readExecution(this.#deps.eventStore, idsOf(request), { uid, known, atLeast });
  }

  async #waitMs({ state }: KnownExecution): Promise<number> {
    const { storeClock, policy } = this.#deps;
    return state.notBefore === null ? 0 : waitLeft(state, await storeClock.now(), policy);
  }
}
