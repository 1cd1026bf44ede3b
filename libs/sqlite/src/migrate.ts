import type { DatabaseSync } from 'node:sqlite';
import { transaction } from './database.ts';

/**
 * Brings the tables of one component up to date: runs the migrations (SQL scripts, the first one is version 1)
 * that the file has not seen, each in its own transaction. A released migration is never edited.
 *
 * The versions stand in a table and not in `PRAGMA user_version`, since several components share a file.
 * Throws where the file was written by a newer release.
 */
export function migrate(db: DatabaseSync, component: string, migrations: readonly string[]): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS schema_migrations (component TEXT PRIMARY KEY, version INTEGER NOT NULL)',
  );
  const select = db.prepare('SELECT version FROM schema_migrations WHERE component = ?');
  const save = db.prepare('INSERT OR REPLACE INTO schema_migrations (component, version) VALUES (?, ?)');
  const current = () => Number(select.get(component)?.version ?? 0);

  if (current() > migrations.length) {
    throw new Error(
      `The file's ${component} schema is at version ${current()}, newer than ${migrations.length}`,
    );
  }
  for (const [index, script] of migrations.entries()) {
    const version = index + 1;
    transaction(db, () => {
      // Asked within the transaction: another process may be migrating the same file.
      if (current() >= version) return;
      db.exec(script);
      save.run(component, version);
    });
  }
}
