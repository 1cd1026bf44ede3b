import { open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SharedWork } from '@inkstream/shared-work';
import { isMissing } from './faults.ts';

/** Syncs a folder's entries to the disk. A folder that is gone has none to lose. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch((error) => {
    if (isMissing(error)) return null;
    throw error;
  });
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

/** A folder and those above it, up to the root. All may be new, made by this put or by another that still runs. */
export function upToRoot(directory: string, root: string): string[] {
  const directories = [root];
  for (let at = directory; at !== root; at = dirname(at)) directories.push(at);
  return directories;
}

/** Removes a folder and those above it as far as they are empty, up to the root, which stays. */
export async function pruneDirectories(directory: string, root: string): Promise<void> {
  for (let at = directory; at !== root; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return; // Not empty, or gone already: an empty folder does no harm.
    }
  }
}

/** Syncs folders. Callers that ask while a sync of the same folder runs share the next one. */
export class DirectorySync {
  readonly #directories = new Map<string, SharedWork>();

  async sync(directory: string): Promise<void> {
    const shared = this.#directories.get(directory) ?? new SharedWork(() => syncDirectory(directory));
    this.#directories.set(directory, shared);
    try {
      await shared.run();
    } finally {
      if (shared.idle) this.#directories.delete(directory);
    }
  }

  async syncAll(directories: readonly string[]): Promise<void> {
    await Promise.all(directories.map((directory) => this.sync(directory)));
  }
}
