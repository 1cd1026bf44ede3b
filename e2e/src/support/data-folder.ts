import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** All files below a folder, by their path in it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
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
