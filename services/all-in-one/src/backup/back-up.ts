import { access, link, mkdir, realpath, rename, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { ObjectInfo } from '@inkstream/object-store';
import {
  type BackendConfig,
  ConfigError,
  closeBackends,
  type Logger,
  needData,
  openBackends,
} from '@inkstream/service-kit';
import { copyDatabase } from './copy-database.ts';
import { type Copied, copyObjects } from './copy-objects.ts';
import { PARTIAL, snapshotName, snapshotsIn } from './snapshots.ts';

export interface Snapshot extends Copied {
  /** Where it is: a data folder, whole but for the read model, which is rebuilt. */
  readonly folder: string;
}

/** Events and messages. */
export const MAIN_FILE = 'inkstream.db';

/** Objects never change under their key; where size and time of change are the same, so are the bytes. */
async function isThat(path: string, { bytes, modifiedAt }: ObjectInfo): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true && found.size === bytes && found.mtime.toISOString() === modifiedAt;
}

/** Makes a file that the backup before has a second name of it. False if that has none, or the file system knows no such. */
async function linked(before: string, path: string, info: ObjectInfo): Promise<boolean> {
  if (!(await isThat(before, info))) return false;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return link(before, path).then(
    () => true,
    () => false,
  );
}

/** Where a path leads, though what it names may not be there yet. */
const whereIs = (path: string): Promise<string> =>
  realpath(path).catch(async (error) => {
    if (error.code !== 'ENOENT') throw error;
    return join(await whereIs(dirname(path)), basename(path));
  });

/** A backup in the data folder is lost with it; among its objects each would be in the next one, too. */
async function assertElsewhere(folder: string, to: string): Promise<void> {
  const [data, target] = await Promise.all([realpath(folder), whereIs(resolve(to))]);
  if (`${target}${sep}`.startsWith(`${data}${sep}`))
    throw new ConfigError(`--to: ${to} is in the data folder, and would be lost with it; name another one`);
}

/**
 * Backs up what runs, into a new folder in `to`: first the events (embedded alone; EventStoreDB's come by its own way,
 * before), then the objects, so that every object is there that an event names, but for what is deleted meanwhile. Objects
 * that the backup before has take no room again: each backup is whole, and any of them can be deleted.
 *
 * @throws ConfigError if the data folder is not one that Inkstream has run on, or `to` is in it.
 */
export async function backUp(config: BackendConfig, to: string, now: Date, log: Logger): Promise<Snapshot> {
  await needData(config);
  if (config.INKSTREAM_MODE === 'embedded') await assertElsewhere(config.INKSTREAM_DATA_DIR, to);
  const before = (await snapshotsIn(to)).at(-1);
  const folder = join(to, snapshotName(now));
  const unfinished = `${folder}${PARTIAL}`;
  const source = await openBackends(config, log, ['objects']);
  try {
    const target = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: unfinished }, log, [
      'objects',
    ]);
    if (config.INKSTREAM_MODE === 'embedded')
      await copyDatabase(join(config.INKSTREAM_DATA_DIR, MAIN_FILE), join(unfinished, MAIN_FILE));
    const path = (key: string) => join(unfinished, 'objects', key);
    const copied = await copyObjects(
      source.objects,
      target.objects,
      async (info) =>
        before !== undefined && (await linked(join(to, before, 'objects', info.key), path(info.key), info)),
      ({ key, modifiedAt }) => utimes(path(key), new Date(modifiedAt), new Date(modifiedAt)),
    );
    await closeBackends(target);
    await rename(unfinished, folder);
    return { folder, ...copied };
  } finally {
    await closeBackends(source);
  }
}

/** Whether there is something under this path. */
export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
