import { access, chmod, constants, mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConfigError, StartError } from '../config.ts';
import type { Logger } from '../log.ts';

const OWNER_FOLDER = 0o700;
const OWNER_FILE = 0o600;
/** The rights of the group and of everybody. */
const OTHERS = 0o077;
/** The sticky bit of folders that many users write to, such as /tmp. */
const STICKY = 0o1000;

/** What is kept in it: databases, their logs, the objects, the secret of passwords and the format of it all. Anything else there is not ours. */
const OURS = /^(objects|format|password-secret|(inkstream|readmodel|lock)\.db(-wal|-shm|-journal)?)$/;

/** Removes the rights of others from a file, or from a folder and all that is in it. Links are not followed. */
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

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read and write there',
  EPERM: 'this user may not read and write there',
  EEXIST: 'it is a file, not a folder',
  ENOTDIR: 'what should be a folder on the way to it is a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOENT: 'a folder on the way to it is missing and cannot be made',
};

/** The fault of the data folder in words that help its operator; errors of other kinds are returned as they are. */
export function dataFolderFault(folder: string, error: unknown): unknown {
  if (error instanceof StartError || !(error instanceof Error)) return error;
  const { code, path } = ((error.cause ?? error) as NodeJS.ErrnoException) ?? {};
  if (code === undefined) return error;
  const at = path === undefined || path === folder ? '' : ` (${path})`;
  return new StartError(
    `INKSTREAM_DATA_DIR: ${folder} cannot be used: ${REASONS[code] ?? error.message}${at}`,
    { cause: error },
  );
}

/**
 * Makes a folder and those on the way to it. Node's own way, `recursive`, never ends if a file system that makes no
 * folders says ENOENT, as /proc does.
 */
async function makeFolder(folder: string): Promise<void> {
  const make = () =>
    mkdir(folder, { mode: OWNER_FOLDER }).catch(async (error) => {
      if (error.code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error;
    });
  await make().catch(async (error) => {
    if (error.code !== 'ENOENT' || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await make();
  });
}

/** A folder that holds other things and none of ours is somebody's own, such as /etc, and keeps its rights. */
async function assertOurs(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== 'lost+found');
  if (names.length > 0 && !names.some((name) => OURS.test(name)))
    throw new ConfigError(
      `INKSTREAM_DATA_DIR: ${folder} holds other things (${names[0]}); name a folder in it, or an empty one`,
    );
}

/** Before any rights are changed: in a file system such as /proc they can be, though no file can be made. */
async function assertTakesFiles(folder: string): Promise<void> {
  const file = await open(join(folder, 'lock.db'), 'a', OWNER_FILE).catch((cause) => {
    // Another user's folder: its rights say more.
    if (cause.code === 'EACCES') return null;
    throw dataFolderFault(folder, cause);
  });
  await file?.close();
}

/**
 * Makes the data folder, which only its owner can enter. From one that is there, and from what Inkstream keeps in it,
 * the rights of others are removed, which is logged.
 *
 * @throws StartError if it cannot be made; ConfigError if it is shared with other users, belongs to one, or holds nothing
 * but other things.
 */
export async function ensureDataFolder(folder: string, log: Logger): Promise<void> {
  await makeFolder(folder).catch((cause) => {
    throw dataFolderFault(folder, cause);
  });
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK).catch((cause) => {
    throw dataFolderFault(folder, cause);
  });
  const { mode } = await stat(folder);
  if ((mode & OTHERS) === 0) return;
  if (mode & STICKY)
    throw new ConfigError(`INKSTREAM_DATA_DIR: ${folder} is shared by many users; name a folder in it`);
  await assertOurs(folder);
  await assertTakesFiles(folder);
  await tighten(folder).catch((cause) => {
    if (cause.code !== 'EPERM') throw cause;
    throw new ConfigError(
      `INKSTREAM_DATA_DIR: others may read ${cause.path}, whose owner is another user; ` +
        'only the owner can change that, or name a folder in it',
      { cause },
    );
  });
  log.warn({ folder }, 'others could read the data folder; now only its owner can');
}
