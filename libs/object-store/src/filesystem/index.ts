import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../object-store.ts';
import { withStoreErrors } from './faults.ts';
import { FilesystemObjectStore, OWNER_FOLDER } from './store.ts';

/**
 * Opens a folder as an object store, and makes it where it is missing. Several processes may open the same folder.
 * Rejects with `ObjectStoreUnavailableError` where the folder can't be made or reached.
 */
export function openFilesystemObjectStore({ folder }: { readonly folder: string }): Promise<ObjectStore> {
  return withStoreErrors(async () => {
    await mkdir(join(folder, '.tmp'), { recursive: true, mode: OWNER_FOLDER });
    const root = await realpath(folder);
    return new FilesystemObjectStore(root, await realpath(join(root, '.tmp')));
  });
}
