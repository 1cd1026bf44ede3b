import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 16 * 1024;

export interface DatabaseOptions {
  readonly file: string;
  /**
   * `full`: a commit is on the disk when it returns (one fsync of the WAL).
   * `normal`: a commit survives the death of the process at once, that of the machine from the next fsync on.
   * The WAL is a log, so whichever commits are lost then are the last ones: never one without those after it.
   */
  readonly synchronous: 'full' | 'normal';
}

/**
 * Opens a SQLite file in WAL mode, and creates it and its folder where they are missing. Several connections
 * (adapters, processes) may share a file: a writer waits up to 5 s for another one.
 *
 * `secure_delete` overwrites what is deleted with zeros, so that forgotten content is really gone.
 */
export function openDatabase({ file, synchronous }: DatabaseOptions): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous};
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -${CACHE_KIB};
  `);
  return db;
}

/**
 * Runs `work` in one write transaction and commits it; rolls back where it throws. The work is synchronous, so
 * nothing else of this process can get between.
 */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}
