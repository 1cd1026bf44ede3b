import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** More than any component has at once; beyond it those of tables that were dropped are gone too. */
const MAX_STATEMENTS = 500;

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** The statement of this text, which is compiled once for each connection. */
export function prepared(db: DatabaseSync, text: string): StatementSync {
  let own = statements.get(db);
  if (!own || own.size > MAX_STATEMENTS) {
    own = new Map();
    statements.set(db, own);
  }
  let statement = own.get(text);
  if (!statement) {
    statement = db.prepare(text);
    own.set(text, statement);
  }
  return statement;
}
