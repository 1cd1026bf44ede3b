import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectInfo } from '../object-store.ts';
import { isMissing } from './faults.ts';

async function entriesOf(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** What is under a path: null if it is not a file of its own (nothing, a folder, a link). */
export async function infoOf(path: string, key: string): Promise<ObjectInfo | null> {
  try {
    const found = await lstat(path);
    return found.isFile() ? { key, bytes: found.size, modifiedAt: found.mtime.toISOString() } : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** All files below a folder, links and names that start with a dot left out. `prefix` is the folder's key. */
export async function* walk(directory: string, prefix: string): AsyncGenerator<ObjectInfo> {
  for (const entry of await entriesOf(directory)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(directory, entry.name);
    const key = prefix + entry.name;
    if (entry.isDirectory()) yield* walk(path, `${key}/`);
    const info = entry.isFile() ? await infoOf(path, key) : null;
    if (info) yield info;
  }
}
