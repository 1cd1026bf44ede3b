import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIB = 16 * 1024;

/**
 * Makes an empty database, and its folder, if it is missing, for its owner alone whatever the umask. SQLite gives the
 * logs and journals beside it the same rights.
 */
export function ensureDatabaseFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    // Never of one that is there: to close it would end the locks that this process has on it (fcntl(2)).
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/**
 * Opens a SQLite file in WAL mode, and creates it and its folder if they are missing. Several connections
 * (adapters, processes) may share a file: a writer waits up to 5 s for another one.
 *
 * With `synchronous=NORMAL` a commit survives the death of the process at once; that of the machine once the log is
 * synced, which `WalSync` does for those who need it. The log is a log: whichever commits are lost are the last ones,
 * never one without those after it.
 *
 * `secure_delete` overwrites what is deleted with zeros, so that forgotten content is really gone.
 */
export function openDatabase(file: string): DatabaseSync {
  ensureDatabaseFile(file);
  const db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: true });
  db.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -${CACHE_KIB};
  `);
  return db;
}

/**
 * Runs `work` in one write transaction and commits it; rolls back if it throws. The work is synchronous, so
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
