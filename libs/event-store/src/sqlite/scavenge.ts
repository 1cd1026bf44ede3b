import { basename } from 'node:path';
import { isDatabaseFault, openDatabase } from '@inkstream/sqlite';
import { EventStoreUnavailableError } from '../errors.ts';
import type { Scavenger } from '../scavenge.ts';

/**
 * Rewrites SQLite files so that nothing deleted is left in them.
 *
 * `secure_delete` zeroes deleted rows, but SQLite moves rows between pages when it balances its trees, and does not
 * clear the space that they left. Such a copy of a row outlives its deletion: some in a thousand do. `VACUUM` rewrites
 * every row, and the write-ahead log is emptied afterwards. Writers wait meanwhile; the files take up to three times
 * their room on the disk (https://sqlite.org/lang_vacuum.html).
 *
 * @param files their paths, each with a name of its own.
 */
export function openSqliteScavenger(files: readonly string[]): Scavenger {
  return {
    copies: async () => files.map((file) => basename(file)),
    async scavenge(copy, signal) {
      signal.throwIfAborted();
      const file = files.find((one) => basename(one) === copy);
      if (file !== undefined) rewrite(file);
    },
  };
}

function rewrite(file: string): void {
  try {
    const db = openDatabase(file);
    try {
      db.exec('VACUUM');
      const result = db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get();
      if (result?.busy !== 0) throw new EventStoreUnavailableError(`${basename(file)} is read by others`);
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isDatabaseFault(error)) throw error;
    throw new EventStoreUnavailableError(error.message, { cause: error });
  }
}
