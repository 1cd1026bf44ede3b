import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectInfo, ObjectStore } from '@inkstream/object-store';
import {
  type BackendConfig,
  ConfigError,
  closeBackends,
  type Logger,
  openBackends,
} from '@inkstream/service-kit';
import { lockDataFolder } from '../data-folder.ts';
import { isThere, MAIN_FILE } from './back-up.ts';
import { copyDatabase } from './copy-database.ts';
import { type Copied, copyObjects } from './copy-objects.ts';
import { snapshotName } from './snapshots.ts';

export interface Restored extends Copied {
  /** Where the databases are that were there; null if there were none. */
  readonly aside: string | null;
}

/** Of the data folder: what a restored log takes the place of, and what is made from it. */
const REPLACED = /^(inkstream|readmodel)\.db(-wal|-shm|-journal)?$/;

/** Whether a store has an object of this size under the key. It lists a folder at a time, and remembers the last one. */
function presenceIn(store: ObjectStore): (info: ObjectInfo) => Promise<boolean> {
  const sizes = new Map<string, Promise<ReadonlyMap<string, number>>>();
  const sizesIn = async (folder: string) =>
    new Map((await Array.fromAsync(store.list(folder))).map(({ key, bytes }) => [key, bytes]));
  return async ({ key, bytes }) => {
    const folder = key.slice(0, key.lastIndexOf('/') + 1);
    const known = sizes.get(folder) ?? sizesIn(folder);
    if (!sizes.has(folder)) sizes.clear();
    sizes.set(folder, known);
    return (await known).get(key) === bytes;
  };
}

/** Puts back the objects that are missing. What is there stays: objects of which the log knows nothing harm nobody. */
async function restoreObjects(config: BackendConfig, from: string, log: Logger): Promise<Copied> {
  const backup = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: from } as const;
  const source = await openBackends(backup, log, ['objects']);
  const target = await openBackends(config, log, ['objects']);
  try {
    return await copyObjects(source.objects, target.objects, presenceIn(target.objects));
  } finally {
    await closeBackends(target);
    await closeBackends(source);
  }
}

/** Moves the databases that are there into a folder beside them, and returns it; null if there are none. */
async function moveAside(folder: string, now: Date): Promise<string | null> {
  const names = (await readdir(folder)).filter((name) => REPLACED.test(name));
  if (names.length === 0) return null;
  const aside = join(folder, `before-restore-${snapshotName(now)}`);
  await mkdir(aside, { mode: 0o700 });
  for (const name of names) await rename(join(folder, name), join(aside, name));
  return aside;
}

/**
 * Restores a backup: the objects that are missing, and embedded the events, whose databases take the place of those that are
 * there, which are kept. Nothing is replaced before all that is needed has been copied, so a restore that was broken off is
 * run again. The read model is rebuilt by the next start.
 *
 * @throws ConfigError if the folder holds no backup, or a process uses the data folder.
 */
export async function restore(
  config: BackendConfig,
  from: string,
  now: Date,
  log: Logger,
): Promise<Restored> {
  if (!(await isThere(join(from, 'format'))))
    throw new ConfigError(`There is no backup in ${from}: name a folder that inkstream backup has made`);
  if (config.INKSTREAM_MODE !== 'embedded')
    return { ...(await restoreObjects(config, from, log)), aside: null };
  if (!(await isThere(join(from, MAIN_FILE))))
    throw new ConfigError(`The backup in ${from} has no ${MAIN_FILE}: it is of objects alone`);
  const folder = config.INKSTREAM_DATA_DIR;
  const lock = await lockDataFolder(folder, log);
  try {
    const copied = await restoreObjects(config, from, log);
    const unfinished = join(folder, `${MAIN_FILE}.restoring`);
    await rm(unfinished, { force: true });
    await copyDatabase(join(from, MAIN_FILE), unfinished);
    const aside = await moveAside(folder, now);
    await rename(unfinished, join(folder, MAIN_FILE));
    return { ...copied, aside };
  } finally {
    await lock.close();
  }
}
