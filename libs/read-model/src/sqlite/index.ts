import { migrate, openDatabase } from '@inkstream/sqlite';
import type { ReadModel } from '../read-model.ts';
import { recoverGenerations } from './generations.ts';
import { MIGRATIONS } from './schema.ts';
import { SqliteReadModel, withReadModelErrors } from './sqlite-read-model.ts';

/** The part of a logger (pino's, for one) that is used here. */
export interface Log {
  warn(details: object, message: string): void;
}

/**
 * Opens a SQLite file as a read model, and makes it where it is missing. What an interrupted rebuild left in it is
 * dropped. Rejects with `ReadModelUnavailableError` where the file can't be opened.
 *
 * A document is on the disk once its `replace` resolves, so that whoever projects it may count its event as done.
 */
export function openSqliteReadModel(options: {
  readonly file: string;
  readonly log?: Log;
}): Promise<ReadModel> {
  const { file, log } = options;
  return withReadModelErrors(() => {
    const db = openDatabase(file);
    try {
      migrate(db, 'read-model', MIGRATIONS);
      const dropped = recoverGenerations(db);
      if (dropped > 0) log?.warn({ file, dropped }, 'Dropped an interrupted generation of the read model');
      return new SqliteReadModel(db, file);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}
