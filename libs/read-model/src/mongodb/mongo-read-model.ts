import type { JobView } from '@inkstream/domain';
import type { Collection, MongoClient } from 'mongodb';
import { ReadModelUnavailableError } from '../errors.ts';
import type { Documents, Generation, ListQuery, ReadModel, Replacement } from '../read-model.ts';
import { withReadModelErrors } from './faults.ts';
import { Generations, isAlive, type Log } from './generations.ts';
import type { JobDocument } from './job-document.ts';
import { listJobs } from './list-jobs.ts';
import { getJobs, jobsAfter } from './read-jobs.ts';
import { replaceJobs } from './replace-jobs.ts';

type Jobs = Collection<JobDocument>;

/** Documents that `all` reads at once. */
const BATCH = 200;
/** Generations that may take each other's place while one call is under way. */
const MAX_SWITCHES = 20;

/** What `work` gives, or rejects with the signal's reason where that comes first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([work, promise]);
}

/**
 * Documents in MongoDB, by nothing but what its relatives have too: writes guarded by a revision in the filter, in
 * bulk, and one document that says which generation is active.
 *
 * Every call looks afterwards whether the generation that it worked on still stands, and works on the next one where
 * it does not. So no write is lost and no read fails at a switch, and none has to look beforehand.
 */
export class MongoReadModel implements ReadModel {
  readonly #client: MongoClient;
  readonly #generations: Generations;
  #prepared: Promise<void> | undefined;
  /** The generation that was active when this was last looked at. */
  #active = 1;
  #closed = false;

  constructor(client: MongoClient, log: Log | undefined) {
    this.#client = client;
    this.#generations = new Generations(client.db(), log);
  }

  get(ids: readonly number[]) {
    return this.#onActive((jobs) => getJobs(jobs, ids));
  }

  replace(replacements: readonly Replacement[]) {
    return this.#onActive((jobs) => replaceJobs(jobs, replacements));
  }

  list(query: ListQuery) {
    return this.#onActive((jobs) => listJobs(jobs, query));
  }

  async *all(): AsyncGenerator<JobView> {
    for (let last = 0; ; ) {
      const batch = await this.#onActive((jobs) => jobsAfter(jobs, last, BATCH));
      yield* batch;
      if (batch.length < BATCH) return;
      last = batch.at(-1)?.id ?? last;
    }
  }

  async startGeneration(): Promise<Generation> {
    const generations = this.#generations;
    const g = await this.#run(() => generations.start());
    return {
      ...this.#documentsOf(g),
      activate: () => this.#run(() => generations.activate(g)),
      discard: () => this.#run(() => generations.discard(g)),
    };
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen();
    try {
      await unlessAborted(this.#client.connect(), signal);
      await this.#client.db().command({ ping: 1 }, { signal });
    } catch (cause) {
      throw new ReadModelUnavailableError('MongoDB does not answer', { cause });
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#client.close();
  }

  #assertOpen(): void {
    if (this.#closed) throw new ReadModelUnavailableError('The read model is closed');
  }

  /** The documents of one generation, for as long as it stands. */
  #documentsOf(g: number): Documents {
    const generations = this.#generations;
    const work = <T>(on: (jobs: Jobs) => Promise<T>) =>
      this.#run(async () => {
        const result = await on(generations.jobs(g));
        const state = await generations.state();
        if (isAlive(state, g)) return result;
        // What was written made the collection anew.
        await generations.sweep(state);
        throw new Error(`Generation ${g} of the read model was dropped`);
      });
    return {
      get: (ids) => work((jobs) => getJobs(jobs, ids)),
      replace: (replacements) => work((jobs) => replaceJobs(jobs, replacements)),
    };
  }

  /** Does the work on the active generation; once more on the next one where they switched meanwhile. */
  #onActive<T>(work: (jobs: Jobs) => Promise<T>): Promise<T> {
    return this.#run(async () => {
      for (let switches = 0; switches < MAX_SWITCHES; switches++) {
        const g = this.#active;
        const [outcome] = await Promise.allSettled([work(this.#generations.jobs(g))]);
        const state = await this.#generations.state();
        if (state.active === g && outcome.status === 'fulfilled') return outcome.value;
        if (state.active === g && outcome.status === 'rejected') throw outcome.reason;
        this.#active = state.active;
        await this.#generations.sweep(state);
      }
      throw new ReadModelUnavailableError('Generations of the read model switch all the time');
    });
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    return withReadModelErrors(async () => {
      this.#assertOpen();
      await this.#prepare();
      return work();
    });
  }

  /** Prepares the database at the first call that finds it there, so that services may start before it. */
  #prepare(): Promise<void> {
    this.#prepared ??= this.#connect().catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  async #connect(): Promise<void> {
    // The driver does it by itself, but only once.
    await this.#client.connect();
    this.#active = (await this.#generations.prepare()).active;
  }
}
