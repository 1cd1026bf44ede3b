import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JobView } from '@inkstream/domain';
import { assertRoom, isEngineFault, isFull, WalSync } from '@inkstream/sqlite';
import { ReadModelFullError, ReadModelUnavailableError } from '../errors.ts';
import type { Generation, ListQuery, ReadModel, Replacement } from '../read-model.ts';
import { documentsAfter, getDocuments, replaceDocuments } from './documents.ts';
import {
  activateGeneration,
  activeGeneration,
  assertGeneration,
  discardGeneration,
  startGeneration,
} from './generations.ts';
import { listJobs } from './list-jobs.ts';

/** Documents that `all` reads at once: some milliseconds of the event loop. */
const BATCH = 200;

/** Runs `work`; what the engine refuses rejects as `ReadModelUnavailableError`. */
export async function withReadModelErrors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isEngineFault(error)) throw error;
    const message = `The read model's database fails: ${error.message}`;
    if (isFull(error)) throw new ReadModelFullError('folder', message, { cause: error });
    throw new ReadModelUnavailableError(message, { cause: error });
  }
}

/** Whether the document before this one held names that must be gone now. */
const forgets = ({ deleted, removed }: JobView): boolean => deleted || removed.length > 0;

/** Empties the write-ahead log, where what was overwritten still stands. */
const emptyLog = (db: DatabaseSync): void => db.exec('PRAGMA wal_checkpoint(TRUNCATE)');

/** Documents in a SQLite file. The engine is synchronous; each call takes some milliseconds at most. */
export class SqliteReadModel implements ReadModel {
  readonly #db: DatabaseSync;
  readonly #wal: WalSync;
  readonly #file: string;

  constructor(db: DatabaseSync, file: string) {
    this.#db = db;
    this.#wal = new WalSync(file);
    this.#file = file;
  }

  get(ids: readonly number[]) {
    return this.#read((db, g) => getDocuments(db, g, ids));
  }

  replace(replacements: readonly Replacement[]) {
    const db = this.#db;
    return withReadModelErrors(async () => {
      const written = replaceDocuments(db, () => activeGeneration(db), replacements);
      if (replacements.some(({ view }) => forgets(view))) emptyLog(db);
      if (written.includes(true)) await this.#wal.durable();
      return written;
    });
  }

  list(query: ListQuery) {
    return this.#read((db, g) => listJobs(db, g, query));
  }

  async *all(): AsyncGenerator<JobView> {
    for (let last = 0; ; await nextTurn()) {
      const batch = await this.#read((db, g) => documentsAfter(db, g, last, BATCH));
      yield* batch;
      if (batch.length < BATCH) return;
      last = batch.at(-1)?.id ?? last;
    }
  }

  async startGeneration(): Promise<Generation> {
    const db = this.#db;
    const g = await withReadModelErrors(() => startGeneration(db));
    const existing = () => assertGeneration(db, g);
    return {
      get: (ids) => withReadModelErrors(() => getDocuments(db, existing(), ids)),
      replace: (replacements) => withReadModelErrors(() => replaceDocuments(db, existing, replacements)),
      activate: () =>
        withReadModelErrors(() => {
          activateGeneration(db, g);
          return this.#wal.durable();
        }),
      discard: () => withReadModelErrors(() => discardGeneration(db, g)),
    };
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await withReadModelErrors(() => {
      activeGeneration(this.#db);
      return assertRoom(this.#file);
    });
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;
    this.#db.close();
    await this.#wal.close();
  }

  /** Reads the active generation in one snapshot, so that another process can't switch it in between. */
  #read<T>(read: (db: DatabaseSync, g: number) => T): Promise<T> {
    return withReadModelErrors(() => {
      this.#db.exec('BEGIN');
      try {
        return read(this.#db, activeGeneration(this.#db));
      } finally {
        this.#db.exec('COMMIT');
      }
    });
  }
}
