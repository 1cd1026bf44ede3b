import {
  DOMAIN_STREAM_PREFIX,
  LaterReleaseError,
  type RecordedDomainEvent,
  UnknownEventError,
} from '@inkstream/domain';
import {
  type EventStore,
  isFence,
  type Position,
  type RecordedEvent,
  StaleReadError,
} from '@inkstream/event-store';
import { fromStored, proveLost } from '@inkstream/job-store';
import {
  DocumentRefusedError,
  type Documents,
  GenerationDroppedError,
  type ReadModel,
} from '@inkstream/read-model';
import { EventLostError, type Logger } from '@inkstream/service-kit';
import { project } from './project.ts';

/** Some hundredths of a second of an embedded read model, which must not hold the event loop for long. */
const BATCH_EVENTS = 1_000;
/** How many of the jobs that failed are named in the report. */
const MAX_NAMED = 1_000;
/** So often in a row may the event store be behind its own log: others write to a job meanwhile, or a node lags. */
const MAX_STALE = 20;

/** There is a rebuild under way already, here or in another process. */
export class RebuildRunningError extends Error {
  override readonly name = 'RebuildRunningError';
}

/**
 * How many jobs there are, deleted ones included, and which ids are incomplete: the first ones if they are many. An id
 * whose job is lost, and whose execution a worker of the lost log wrote on, is among them.
 */
export interface RebuildReport {
  readonly jobs: number;
  readonly failed: readonly number[];
}

interface RebuildDeps {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
  readonly log: Logger;
}

/** Whether a rebuild that is run again would meet the same: it goes on then, and reports it. */
const isForGood = (error: unknown): boolean =>
  error instanceof UnknownEventError ||
  error instanceof DocumentRefusedError ||
  error instanceof EventLostError;

/** Folds the log into documents, some of it at a time. */
class LogFold {
  readonly #deps: RebuildDeps;
  readonly #signal: AbortSignal;
  readonly #failed = new Set<number>();
  #events: RecordedDomainEvent[] = [];
  #jobs = 0;

  constructor(deps: RebuildDeps, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
  }

  get report(): RebuildReport {
    return { jobs: this.#jobs, failed: [...this.#failed].sort((a, b) => a - b) };
  }

  /** Folds in what comes after a position, until there is nothing more to read. Returns the position then. */
  async run(documents: Documents, after: Position | undefined): Promise<Position> {
    const signal = this.#signal;
    const log = this.#deps.eventStore.subscribe({ streamPrefix: DOMAIN_STREAM_PREFIX, after, signal });
    let writing = Promise.resolve();
    try {
      for await (const { event, position, caughtUp } of log) {
        if (event && !isFence(event)) this.#add(event);
        if (this.#events.length >= BATCH_EVENTS || caughtUp) {
          await writing;
          // What comes next is read meanwhile; if this fails, that is seen when it is waited for.
          writing = this.#flush(documents);
          writing.catch(() => {});
        }
        if (!caughtUp) continue;
        await writing;
        return position;
      }
    } finally {
      await writing.catch(() => {});
    }
    signal.throwIfAborted();
    throw new Error('The subscription to the event store ended');
  }

  #add(stored: RecordedEvent): void {
    try {
      this.#events.push(fromStored(stored));
    } catch (err) {
      if (err instanceof LaterReleaseError) throw err;
      const { stream, revision, position } = stored;
      this.#deps.log.error({ err, stream, revision, position }, 'An unknown event is left out');
    }
  }

  async #flush(documents: Documents): Promise<void> {
    let events = this.#events;
    this.#events = [];
    for (let repeated = 0; events.length > 0; repeated++) {
      const { changes, failures } = await project(documents, this.#deps.eventStore, events);
      this.#jobs += changes.filter(({ before }) => before === null).length;
      events = [];
      for (const [event, error] of failures) {
        const err = error instanceof StaleReadError ? await this.#lostOrStale(event) : error;
        if (isForGood(err)) this.#report(event, err);
        else if (err instanceof StaleReadError && repeated < MAX_STALE) events.push(event);
        else throw err;
      }
    }
  }

  /** Why a read lacked what an event follows from: proved to be lost, or not. */
  async #lostOrStale(event: RecordedDomainEvent): Promise<EventLostError | StaleReadError> {
    try {
      return new EventLostError(event, await proveLost(this.#deps.eventStore, event));
    } catch (error) {
      if (error instanceof StaleReadError) return error;
      throw error;
    }
  }

  #report({ jobId }: RecordedDomainEvent, err: unknown): void {
    if (!this.#failed.has(jobId))
      this.#deps.log.error({ err, job: jobId }, 'A job cannot be projected whole');
    if (this.#failed.size < MAX_NAMED) this.#failed.add(jobId);
  }
}

/**
 * Rebuilds all documents from the event store, while those that are there serve, then puts them in their place.
 *
 * What is projected into the old documents while the new ones take their place is read from the log once more
 * afterwards. Until that is done, some milliseconds, a document may be older than it was; if the process dies just then,
 * the rebuild has to be run again.
 *
 * @throws RebuildRunningError if another process began one meanwhile, which goes on.
 * @throws LaterReleaseError if a later release wrote some of it: the rebuild has to wait for this one's upgrade.
 */
export async function rebuild(deps: RebuildDeps, signal: AbortSignal): Promise<RebuildReport> {
  const generation = await deps.readModel.startGeneration();
  const fold = new LogFold(deps, signal);
  try {
    const whole = await fold.run(generation, undefined);
    // The second pass is short, so that little is left to catch up once the documents are switched.
    const recent = await fold.run(generation, whole);
    await generation.activate();
    await fold.run(deps.readModel, recent);
    return fold.report;
  } catch (error) {
    await generation.discard().catch((err) => deps.log.warn({ err }, 'A rebuild left its documents behind'));
    if (error instanceof GenerationDroppedError)
      throw new RebuildRunningError('Another rebuild began meanwhile, and goes on', { cause: error });
    throw error;
  }
}
