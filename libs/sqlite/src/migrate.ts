import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './database.ts';

/** Which release the tables of a version before the first migration are of: they can't be migrated. */
export interface Unsupported {
  /** The version that the first migration makes: 1 by default. */
  readonly firstVersion: number;
  /** The release that began with it. */
  readonly since: string;
}

/**
 * Brings the tables of one component up to date: runs the migrations (SQL scripts, the first one is version 1)
 * that the file has not seen, each in its own transaction. A released migration is never edited.
 *
 * The versions are in a table and not in `PRAGMA user_version`, since several components share a file.
 *
 * @throws Error if a later release wrote the file, or one that is too old to be migrated.
 */
export function migrate(
  db: DatabaseSync,
  component: string,
  migrations: readonly string[],
  { firstVersion, since }: Unsupported = { firstVersion: 1, since: '' },
): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS schema_migrations (component TEXT PRIMARY KEY, version INTEGER NOT NULL)',
  );
  const select = db.prepare('SELECT version FROM schema_migrations WHERE component = ?');
  const save = db.prepare('INSERT OR REPLACE INTO schema_migrations (component, version) VALUES (?, ?)');
  const current = () => Number(select.get(component)?.version ?? 0);

  const last = firstVersion + migrations.length - 1;
  if (current() > last)
    throw new Error(`The file's ${component} schema is at version ${current()}, newer than ${last}`);
  if (current() > 0 && current() < firstVersion)
    throw new Error(
      `The file's ${component} schema was made by a release before ${since}, which this one can't read: move the file away`,
    );
  for (const [index, script] of migrations.entries()) {
    const version = firstVersion + index;
    transaction(db, () => {
      // Checked within the transaction: another process may be migrating the same file.
      if (current() >= version) return;
      db.exec(script);
      save.run(component, version);
    });
  }
}
