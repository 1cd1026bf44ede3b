import { migrate, openDatabase } from '@inkstream/sqlite';
import { LIST_LIMITS, type ListLimits, type ReadModel } from '../read-model.ts';
import { recoverGenerations } from './generations.ts';
import { FIRST_VERSION, MIGRATIONS } from './schema.ts';
import { sqliteReadModel, withReadModelErrors } from './sqlite-read-model.ts';

/** The part of a logger (pino's, for one) that is used here. */
export interface Log {
  warn(details: object, message: string): void;
}

/**
 * Opens a SQLite file as a read model, and makes it if it is missing. What an interrupted rebuild left in it is dropped.
 * A document is on the disk once its replacement resolves, so that whoever projects it may count its event as done.
 *
 * @throws ReadModelUnavailableError if the file can't be opened.
 * @throws Error if a release before 0.2.0, or a later one than this, made it.
 */
export function openSqliteReadModel(options: {
  readonly file: string;
  readonly log?: Log;
  readonly limits?: ListLimits;
}): Promise<ReadModel> {
  const { file, log, limits = LIST_LIMITS } = options;
  return withReadModelErrors(() => {
    const db = openDatabase(file);
    try {
      migrate(db, 'read-model', MIGRATIONS, FIRST_VERSION);
      const dropped = recoverGenerations(db);
      if (dropped > 0) log?.warn({ file, dropped }, 'Dropped an interrupted generation of the read model');
      return sqliteReadModel(db, file, limits);
    } catch (error) {
      db.close();
      throw error;
    }
  });
}
