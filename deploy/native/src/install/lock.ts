import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const busy = 5; // SQLITE_BUSY, https://sqlite.org/rescode.html#busy

function taken(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false;
    throw error;
  }
}

/**
 * Does some work while no other process, and nobody else in this one, does any under the same lock file. The lock is
 * SQLite's, so the system lifts it when its holder ends, however that ends.
 *
 * @throws if the lock is not to be had within `limitMs`.
 */
export async function locked<T>(file: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const deadline = Date.now() + limitMs;
    while (!taken(database)) {
      if (Date.now() > deadline) throw new Error(`${file} is still locked after ${limitMs / 1000} s.`);
      await sleep(200);
    }
    return await work();
  } finally {
    database.close();
  }
}
