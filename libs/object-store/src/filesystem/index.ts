import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '../object-store.ts';
import { withStoreErrors } from './faults.ts';
import { FilesystemObjectStore, OWNER_FOLDER } from './store.ts';

/** Left to others in the folder's file system, such as the databases beside it. */
const RESERVED_BYTES = 64 * 1024 * 1024;

export interface FilesystemOptions {
  readonly folder: string;
  /** Puts are refused as long as less room than this is left in the file system (default 64 MiB). */
  readonly reservedBytes?: number | undefined;
}

/**
 * Opens a folder as an object store, and makes it if it is missing. Several processes may open the same folder.
 * Rejects with `ObjectStoreUnavailableError` if the folder can't be made or reached.
 */
export function openFilesystemObjectStore(options: FilesystemOptions): Promise<ObjectStore> {
  const { folder, reservedBytes = RESERVED_BYTES } = options;
  return withStoreErrors(async () => {
    await mkdir(join(folder, '.tmp'), { recursive: true, mode: OWNER_FOLDER });
    const root = await realpath(folder);
    return new FilesystemObjectStore(root, await realpath(join(root, '.tmp')), reservedBytes);
  });
}
