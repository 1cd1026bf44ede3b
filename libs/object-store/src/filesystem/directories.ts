import { open, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from './faults.ts';

/** Puts a folder's entries on the disk. A folder that is gone has none to lose. */
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

/**
 * Syncs folders, sharing the work: those who ask while a sync of the same folder runs share the one after it, which
 * covers all of their changes.
 */
export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();

  sync(directory: string): Promise<void> {
    const running = this.#running.get(directory);
    if (!running) return this.#start(directory);
    const next =
      this.#next.get(directory) ??
      running
        .catch(() => {})
        .then(() => {
          this.#next.delete(directory);
          return this.#start(directory);
        });
    this.#next.set(directory, next);
    return next;
  }

  async syncAll(directories: readonly string[]): Promise<void> {
    await Promise.all(directories.map((directory) => this.sync(directory)));
  }

  #start(directory: string): Promise<void> {
    const run = syncDirectory(directory).finally(() => {
      if (this.#running.get(directory) === run) this.#running.delete(directory);
    });
    this.#running.set(directory, run);
    return run;
  }
}
