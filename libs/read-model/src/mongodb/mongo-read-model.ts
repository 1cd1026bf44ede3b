import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionKey, ExecutionView, JobView } from '@inkstream/domain';
import type { MongoClient } from 'mongodb';
import { DocumentRefusedError, ReadModelUnavailableError } from '../errors.ts';
import type {
  Documents,
  ExecutionQuery,
  Generation,
  JobQuery,
  ListLimits,
  ReadModel,
  Replacement,
} from '../read-model.ts';
import { type Collections, collectionsOf } from './collections.ts';
import { Counter, recountAll } from './counts.ts';
import { toExecutionDocument } from './execution-document.ts';
import { isHintFault, withReadModelErrors } from './faults.ts';
import { Generations } from './generations.ts';
import { Indexes, type Log } from './indexes.ts';
import { toJobDocument } from './job-document.ts';
import { listExecutions } from './list-executions.ts';
import { listJobs } from './list-jobs.ts';
import {
  dropExecutions,
  executionsOf,
  getExecutions,
  getJobs,
  jobsAfter,
  summarise,
  unfinishedExecutions,
} from './read.ts';
import { replaceVersions } from './replace.ts';

/** Jobs that `allJobs` reads at once. */
const BATCH = 200;
/** Segments of a generation in the making that may wait to be counted. */
const MAX_DUE = 20;
/** Generations that may take each other's place while one call is under way. */
const MAX_SWITCHES = 20;
/** How often to check whether something is left to count or an index to build, ms. */
const TENDING_MS = 60_000;
/** Everything is counted again once in so many checks: once an hour. */
const RECOUNT_EACH = 60;
/** How long that rests between one part and the next, ms. */
const REST_MS = 50;

/** What `work` returns, or rejects with the signal's reason if that comes first. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([work, promise]);
}

const replaceJobs = ({ jobs }: Collections, replacements: readonly Replacement<JobView>[]) =>
  replaceVersions(jobs, replacements, toJobDocument, ({ id }) => id);

const replaceExecutions = (
  { executions }: Collections,
  replacements: readonly Replacement<ExecutionView>[],
) => replaceVersions(executions, replacements, toExecutionDocument, ({ jobId }) => jobId);

/** The clients of a read model: one for all, and one that waits for an answer however long an index takes. */
export interface Clients {
  readonly client: MongoClient;
  readonly patient: MongoClient;
}

/**
 * Documents in MongoDB, by means that compatible databases have too: writes guarded by a version in the filter, in
 * bulk, and one document that says which generation is active.
 *
 * Every call looks afterwards whether the generation that it worked on is still active, and works on the next one if it
 * is not. So no write is lost and no read fails at a switch, and none has to look beforehand.
 */
export class MongoReadModel implements ReadModel {
  readonly #clients: Clients;
  readonly #log: Log | undefined;
  readonly #limits: ListLimits;
  readonly #indexes: Indexes;
  readonly #generations: Generations;
  readonly #closing = new AbortController();
  #prepared: Promise<void> | undefined;
  /** The generation that was active when this was last looked at, and what is to be counted in it. */
  #active = 1;
  #counter = new Counter();
  /** Whether the last write failed: a server may answer, and write nothing, as without room on its disk. */
  #writeFailed = false;

  constructor(clients: Clients, limits: ListLimits, log: Log | undefined) {
    this.#clients = clients;
    this.#limits = limits;
    this.#log = log;
    this.#indexes = new Indexes(clients.client.db(), clients.patient.db(), log);
    this.#generations = new Generations(clients.client.db(), this.#indexes, log);
  }

  getJobs(ids: readonly number[]) {
    return this.#onActive((on) => getJobs(on, ids));
  }

  getExecutions(keys: readonly ExecutionKey[]) {
    return this.#onActive((on) => getExecutions(on, keys));
  }

  executionsOf(jobId: number) {
    return this.#onActive((on) => executionsOf(on, jobId));
  }

  summarise(jobIds: readonly number[]) {
    return this.#onActive((on) => summarise(on, jobIds));
  }

  replaceJobs(replacements: readonly Replacement<JobView>[]): Promise<boolean[]> {
    return this.#write(async (on) => {
      const counter = this.#counter;
      counter.add(replacements.map(({ view }) => view.id));
      try {
        const written = await replaceJobs(on, replacements);
        await counter.count(on);
        return written;
      } catch (error) {
        if (error instanceof DocumentRefusedError) await counter.count(on);
        throw error;
      }
    });
  }

  replaceExecutions(replacements: readonly Replacement<ExecutionView>[]) {
    return this.#write((on) => replaceExecutions(on, replacements));
  }

  dropExecutions(jobIds: readonly number[], keep?: string) {
    return this.#write((on) => dropExecutions(on, jobIds, keep));
  }

  listJobs(query: JobQuery) {
    return this.#onActive((on) => listJobs(on, query, this.#limits));
  }

  listExecutions(query: ExecutionQuery) {
    return this.#onActive((on) => listExecutions(on, query, this.#limits));
  }

  unfinishedExecutions(requestedBefore: string, limit: number, after?: ExecutionView) {
    return this.#onActive((on) => unfinishedExecutions(on, requestedBefore, limit, after));
  }

  async *allJobs(): AsyncGenerator<JobView> {
    for (let last = 0; ; ) {
      const batch = await this.#onActive((on) => jobsAfter(on, last, BATCH));
      yield* batch;
      if (batch.length < BATCH) return;
      last = batch.at(-1)?.id ?? last;
    }
  }

  async startGeneration(): Promise<Generation> {
    const generations = this.#generations;
    const g = await this.#run(() => generations.start());
    const on = this.#collections(g);
    const counter = new Counter();
    return {
      ...this.#documentsOf(g, on, counter),
      activate: () =>
        this.#run(async () => {
          await counter.count(on);
          await generations.activate(g);
        }),
      discard: () => this.#run(() => generations.discard(g)),
    };
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen();
    try {
      await unlessAborted(this.#clients.client.connect(), signal);
      await this.#clients.client.db().command({ ping: 1 }, { signal });
      await unlessAborted(this.#prepare(), signal);
    } catch (cause) {
      if (cause instanceof ReadModelUnavailableError) throw cause;
      throw new ReadModelUnavailableError('MongoDB does not answer', { cause });
    }
    if (this.#writeFailed) await unlessAborted(this.#tryToWrite(), signal);
  }

  /** Writes what nobody reads. */
  async #tryToWrite(): Promise<void> {
    const probe = this.#clients.client.db().collection('probe');
    await withReadModelErrors(() => probe.updateOne({}, { $inc: { probes: 1 } }, { upsert: true }));
    this.#writeFailed = false;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#clients.client.close(), this.#clients.patient.close()]);
  }

  #assertOpen(): void {
    if (this.#closing.signal.aborted) throw new ReadModelUnavailableError('The read model is closed');
  }

  #collections(g: number): Collections {
    return collectionsOf(this.#clients.client.db(), g, this.#indexes.by(g));
  }

  /**
   * The documents of one generation, as long as it is not over. Nobody but the rebuild knows of it, so what it writes is
   * counted many jobs at a time, and the rest when it is activated: what happens while that takes its time is missing
   * for as long. And it need not look each time: it learns with the next jobs that it writes, or when it is activated,
   * that it was overtaken.
   */
  #documentsOf(g: number, on: Collections, counter: Counter): Documents {
    return {
      getJobs: (ids) => this.#run(() => getJobs(on, ids)),
      getExecutions: (keys) => this.#run(() => getExecutions(on, keys)),
      executionsOf: (jobId) => this.#run(() => executionsOf(on, jobId)),
      summarise: (jobIds) => this.#run(() => summarise(on, jobIds)),
      replaceExecutions: (replacements) => this.#run(() => replaceExecutions(on, replacements)),
      dropExecutions: (jobIds, keep) => this.#run(() => dropExecutions(on, jobIds, keep)),
      replaceJobs: (replacements) =>
        this.#run(async () => {
          counter.add(replacements.map(({ view }) => view.id));
          const [outcome] = await Promise.allSettled([replaceJobs(on, replacements)]);
          await this.#generations.assertAlive(g);
          if (outcome.status === 'rejected') throw outcome.reason;
          if (counter.due > MAX_DUE) await counter.count(on);
          return outcome.value;
        }),
    };
  }

  /** Writes on the active generation, and notes whether the server writes. */
  async #write<T>(work: (on: Collections) => Promise<T>): Promise<T> {
    try {
      const written = await this.#onActive(work);
      this.#writeFailed = false;
      return written;
    } catch (error) {
      this.#writeFailed ||= error instanceof ReadModelUnavailableError;
      throw error;
    }
  }

  /** Does the work on the active generation; once more on the next one if they switched meanwhile. */
  #onActive<T>(work: (on: Collections) => Promise<T>): Promise<T> {
    return this.#run(async () => {
      for (let switches = 0; switches < MAX_SWITCHES; switches++) {
        const g = this.#active;
        const [outcome] = await Promise.allSettled([work(this.#collections(g))]);
        const state = await this.#generations.state();
        if (state.active === g) {
          if (outcome.status === 'fulfilled') return outcome.value;
          if (!isHintFault(outcome.reason)) throw outcome.reason;
          this.#indexes.forget(g);
        } else await this.#switch(state);
      }
      throw new ReadModelUnavailableError('Generations of the read model switch all the time');
    });
  }

  async #switch(state: { readonly active: number; readonly last: number }): Promise<void> {
    await this.#indexes.ensure(state.active);
    if (this.#active !== state.active) {
      this.#active = state.active;
      this.#counter = new Counter();
    }
    await this.#generations.sweep(state);
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
    await this.#clients.client.connect();
    this.#active = (await this.#generations.prepare()).active;
    void this.#tend();
  }

  /**
   * Counts what a crash or a fault left uncounted, and builds the indexes that are missing: now, and from time to time.
   * Reads and writes go on meanwhile.
   */
  async #tend(): Promise<void> {
    const { signal } = this.#closing;
    const rest = () => sleep(REST_MS, undefined, { signal, ref: false });
    for (let n = 0; !signal.aborted; n++) {
      try {
        await this.#onActive(async (on) => {
          const counter = this.#counter;
          await this.#indexes.ensure(on.g);
          if (n % RECOUNT_EACH === 0) await recountAll(on, rest);
          else if (counter.due > 0) await counter.count(on);
        });
      } catch (err) {
        if (!signal.aborted)
          this.#log?.warn({ err }, 'The jobs of the read model could not be counted again');
      }
      await sleep(TENDING_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
