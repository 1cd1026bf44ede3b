import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config.ts';
import type { Logger } from '../log.ts';

const OWNER_FOLDER = 0o700;
const OWNER_FILE = 0o600;
/** The rights of the group and of everybody. */
const OTHERS = 0o077;
/** Of folders that many users write to, such as /tmp. */
const STICKY = 0o1000;

/** What is kept in it: databases, their logs, the objects and the format of it all. What else is there is not ours. */
const OURS = /^(objects|format|(inkstream|readmodel|lock)\.db(-wal|-shm|-journal)?)$/;

/** Takes the rights of others from a file, or from a folder and all that is in it. Links are not followed. */
async function closeToOthers(path: string, isFolder: boolean): Promise<void> {
  if (isFolder)
    for (const entry of await readdir(path, { withFileTypes: true }))
      if (entry.isDirectory() || entry.isFile())
        await closeToOthers(join(path, entry.name), entry.isDirectory());
  await chmod(path, isFolder ? OWNER_FOLDER : OWNER_FILE);
}

async function tighten(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }))
    if (OURS.test(entry.name) && (entry.isDirectory() || entry.isFile()))
      await closeToOthers(join(folder, entry.name), entry.isDirectory());
  // Last, so that a start which breaks off before is repeated by the next one.
  await chmod(folder, OWNER_FOLDER);
}

/**
 * Makes the data folder, which its owner alone can enter. From one that is there, and from what Inkstream keeps in it,
 * the rights of others are taken, which is logged.
 *
 * @throws ConfigError if it can not be made, is shared with other users, or theirs.
 */
export async function ensureDataFolder(folder: string, log: Logger): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER }).catch((cause) => {
    throw new ConfigError(`INKSTREAM_DATA_DIR: the folder can not be made: ${cause.message}`, { cause });
  });
  const { mode } = await stat(folder);
  if ((mode & OTHERS) === 0) return;
  if (mode & STICKY)
    throw new ConfigError(`INKSTREAM_DATA_DIR: ${folder} is shared by many users; name a folder in it`);
  await tighten(folder).catch((cause) => {
    if (cause.code !== 'EPERM') throw cause;
    throw new ConfigError(
      `INKSTREAM_DATA_DIR: others may read ${cause.path}, whose owner is another user; ` +
        'only the owner can change that, or name a folder in it',
      { cause },
    );
  });
  log.warn({ folder }, 'others could read the data folder; now its owner alone can');
}
