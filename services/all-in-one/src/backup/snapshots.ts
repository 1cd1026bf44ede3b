import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of a backup that began at this time. Names sort by time, and no file system minds them. */
export const snapshotName = (begun: Date): string => begun.toISOString().replaceAll(':', '-');

const SNAPSHOT = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

/** A backup that is not whole has this at the end of its name. */
export const PARTIAL = '.partial';

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.toSorted();
}

/** The names of the whole backups in a folder, the oldest first. */
export const snapshotsIn = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).filter((name) => SNAPSHOT.test(name));

/** The names of those that were broken off, or are under way. */
export const partialsIn = async (folder: string): Promise<string[]> =>
  (await namesIn(folder)).filter(
    (name) => name.endsWith(PARTIAL) && SNAPSHOT.test(name.slice(0, -PARTIAL.length)),
  );

/** Deletes all whole backups but the newest `keep`, and returns the names of those that are gone. */
export async function keepNewest(folder: string, keep: number): Promise<string[]> {
  const old = (await snapshotsIn(folder)).slice(0, -keep);
  for (const name of old) await rm(join(folder, name), { recursive: true });
  return old;
}
