import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExecutionKey, ExecutionView, JobView } from '@inkstream/domain';
import { assertRoom, isDatabaseFault, isFull, WalSync } from '@inkstream/sqlite';
import { DocumentRefusedError, ReadModelFullError, ReadModelUnavailableError } from '../errors.ts';
import type {
  Documents,
  ExecutionQuery,
  Generation,
  JobQuery,
  ListLimits,
  ReadModel,
  Replacement,
} from '../read-model.ts';
import {
  executionsOf,
  getExecutions,
  getJobs,
  jobsAfter,
  summarise,
  unfinishedExecutions,
} from './documents.ts';
import {
  activateGeneration,
  activeGeneration,
  assertGeneration,
  discardGeneration,
  startGeneration,
} from './generations.ts';
import { listExecutions } from './list-executions.ts';
import { listJobs } from './list-jobs.ts';
import { dropExecutions, type Outcome, replaceExecutions, replaceJobs } from './replace.ts';

/** Jobs that `allJobs` reads at once: some milliseconds of the event loop. */
const BATCH = 200;

/** Runs `work`; what the database refuses rejects as `ReadModelUnavailableError`. */
export async function withReadModelErrors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseFault(error)) throw error;
    const message = `The read model's database fails: ${error.message}`;
    if (isFull(error)) throw new ReadModelFullError('folder', message, { cause: error });
    throw new ReadModelUnavailableError(message, { cause: error });
  }
}

/** Empties the write-ahead log, where what was overwritten still stands. */
const emptyLog = (db: DatabaseSync): void => db.exec('PRAGMA wal_checkpoint(TRUNCATE)');

/** Reads one generation in one snapshot, so that another process can't switch it in between. */
const inSnapshot = <T>(db: DatabaseSync, generation: () => number, work: (g: number) => T): Promise<T> =>
  withReadModelErrors(() => {
    db.exec('BEGIN');
    try {
      return work(generation());
    } finally {
      db.exec('COMMIT');
    }
  });

/** The documents of the generation that `generation` names at the time. `durable` resolves once they are on the disk. */
function documentsOf(db: DatabaseSync, generation: () => number, durable: () => Promise<void>): Documents {
  const read = <T>(work: (g: number) => T) => inSnapshot(db, generation, work);
  const written = async ({ written, refused }: Outcome): Promise<boolean[]> => {
    if (written.includes(true)) await durable();
    if (refused.size > 0) throw new DocumentRefusedError([...refused]);
    return written;
  };
  return {
    getJobs: (ids: readonly number[]) => read((g) => getJobs(db, g, ids)),
    getExecutions: (keys: readonly ExecutionKey[]) => read((g) => getExecutions(db, g, keys)),
    executionsOf: (jobId: number) => read((g) => executionsOf(db, g, jobId)),
    summarise: (jobIds: readonly number[]) => read((g) => summarise(db, g, jobIds)),
    replaceJobs: (replacements: readonly Replacement<JobView>[]) =>
      withReadModelErrors(() => {
        const outcome = replaceJobs(db, generation, replacements);
        if (outcome.forgot) emptyLog(db);
        return written(outcome);
      }),
    replaceExecutions: (replacements: readonly Replacement<ExecutionView>[]) =>
      withReadModelErrors(() => written(replaceExecutions(db, generation, replacements))),
    dropExecutions: (jobIds: readonly number[], keep?: string) =>
      withReadModelErrors(async () => {
        if (dropExecutions(db, generation, jobIds, keep ?? null) === 0) return;
        emptyLog(db);
        await durable();
      }),
  };
}

/** Documents in a SQLite file. The database is synchronous; each call takes some milliseconds at most. */
export function sqliteReadModel(db: DatabaseSync, file: string, limits: ListLimits): ReadModel {
  const wal = new WalSync(file);
  const active = () => activeGeneration(db);
  const read = <T>(work: (g: number) => T) => inSnapshot(db, active, work);
  return {
    ...documentsOf(db, active, () => wal.durable()),
    listJobs: (query: JobQuery) => read((g) => listJobs(db, g, query, limits)),
    listExecutions: (query: ExecutionQuery) => read((g) => listExecutions(db, g, query, limits)),
    unfinishedExecutions: (requestedBefore, limit, after) =>
      read((g) => unfinishedExecutions(db, g, requestedBefore, limit, after)),
    async *allJobs() {
      for (let last = 0; ; await nextTurn()) {
        const batch = await read((g) => jobsAfter(db, g, last, BATCH));
        yield* batch;
        if (batch.length < BATCH) return;
        last = batch.at(-1)?.id ?? last;
      }
    },
    async startGeneration(): Promise<Generation> {
      const g = await withReadModelErrors(() => startGeneration(db));
      // Whatever of it is lost is lost before it is active.
      const documents = documentsOf(
        db,
        () => assertGeneration(db, g),
        async () => {},
      );
      return {
        ...documents,
        activate: () =>
          withReadModelErrors(() => {
            activateGeneration(db, g);
            return wal.durable();
          }),
        discard: () => withReadModelErrors(() => discardGeneration(db, g)),
      };
    },
    async ping(signal) {
      signal?.throwIfAborted();
      await withReadModelErrors(() => {
        active();
        return assertRoom(file);
      });
    },
    async close() {
      if (!db.isOpen) return;
      db.close();
      await wal.close();
    },
  };
}
