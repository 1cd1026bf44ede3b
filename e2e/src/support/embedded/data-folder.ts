import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** All files below a folder, by their path in it. A folder that goes meanwhile has none. */
async function filesIn(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(root, path) : [path];
  });
  return (await Promise.all(found)).flat().toSorted();
}

/** The keys of all stored objects, those of unfinished ones included. */
export const storedObjects = (dataDir: string): Promise<string[]> => filesIn(join(dataDir, 'objects'));

/** The files of a data folder, databases and their logs included, in whose name or bytes any of the texts is. */
export async function filesThatHold(dataDir: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of await filesIn(dataDir)) {
    // A database may delete its log at any moment.
    const bytes = await readFile(join(dataDir, path)).catch(() => Buffer.alloc(0));
    if (texts.some((text) => path.includes(text) || bytes.includes(text))) found.push(path);
  }
  return found;
}

/** The tables of a SQLite file in any of whose values the text is. */
export function tablesThatHold(dataDir: string, file: string, text: string): string[] {
  const db = new DatabaseSync(join(dataDir, file), { readOnly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables
      .map(({ name }) => String(name))
      .filter((table) =>
        db
          .prepare(`SELECT * FROM "${table}"`)
          .all()
          .some((row) => Object.values(row).some((value) => Buffer.from(String(value)).includes(text))),
      );
  } finally {
    db.close();
  }
}
