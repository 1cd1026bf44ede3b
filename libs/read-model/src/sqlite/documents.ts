import type { DatabaseSync } from 'node:sqlite';
import type { JobView } from '@inkstream/domain';
import { transaction } from '@inkstream/sqlite';
import type { Replacement } from '../read-model.ts';
import { searchText } from '../search-text.ts';

const parse = (row: { document?: unknown }): JobView => JSON.parse(String(row.document));

/** The documents of generation `g` with these ids. */
export function getDocuments(db: DatabaseSync, g: number, ids: readonly number[]): Map<number, JobView> {
  const select = db.prepare(`SELECT document FROM documents_${g} WHERE id = ?`);
  const found = new Map<number, JobView>();
  for (const id of ids) {
    const row = select.get(id);
    if (row) found.set(id, parse(row));
  }
  return found;
}

/** Up to `limit` documents with ids above `after`, in the order of their ids. */
export function documentsAfter(db: DatabaseSync, g: number, after: number, limit: number): JobView[] {
  const select = db.prepare(`SELECT document FROM documents_${g} WHERE id > ? ORDER BY id LIMIT ?`);
  return select.all(after, limit).map(parse);
}

/** Writes each document over the revision that it follows, all in one transaction: true for each one written. */
export function replaceDocuments(
  db: DatabaseSync,
  generation: () => number,
  replacements: readonly Replacement[],
): boolean[] {
  return transaction(db, () => {
    const g = generation();
    const insert = db.prepare(
      `INSERT INTO jobs_${g} (revision, deleted, name, status, createdAt, updatedAt, fileCount, search, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    const update = db.prepare(
      `UPDATE jobs_${g} SET revision = ?, deleted = ?, name = ?, status = ?, createdAt = ?, updatedAt = ?,
       fileCount = ?, search = ? WHERE id = ? AND revision = ?`,
    );
    const save = db.prepare(`INSERT OR REPLACE INTO documents_${g} (id, document) VALUES (?, ?)`);
    return replacements.map(({ view, over }) => {
      const { id, revision, deleted, name, status, createdAt, updatedAt, files } = view;
      const search = searchText(view);
      const values = [
        revision,
        Number(deleted),
        name,
        status,
        createdAt,
        updatedAt,
        files.length,
        search,
        id,
      ];
      const { changes } = over === null ? insert.run(...values) : update.run(...values, over);
      if (changes === 0) return false;
      save.run(id, JSON.stringify(view));
      return true;
    });
  });
}
