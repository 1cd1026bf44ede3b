import { statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

const DATABASE_CODES = new Set(['ERR_SQLITE_ERROR', 'ERR_INVALID_STATE']);

/**
 * Whether the error comes from SQLite itself (the file is locked, full, unreadable or, `ERR_INVALID_STATE`, already
 * closed), or from the disk that its log is synced to.
 */
export function isDatabaseFault(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    (DATABASE_CODES.has(String(error.code)) || 'syscall' in error)
  );
}

/** https://sqlite.org/rescode.html: `SQLITE_FULL`, and `SQLITE_IOERR_SHMSIZE`, of the log's index. */
const FULL_CODES: readonly unknown[] = [13, 4_874];
const FULL_SYSTEM_CODES: readonly unknown[] = ['ENOSPC', 'EDQUOT'];

/** Whether the disk has no room for what should be written. */
export const isFull = (error: Error): boolean =>
  ('errcode' in error && FULL_CODES.includes(error.errcode)) ||
  ('code' in error && FULL_SYSTEM_CODES.includes(error.code));

/** A commit takes some KiB; below this much the next one may fail. */
const LEAST_ROOM_BYTES = 1024 * 1024;

/** Rejects with a system error, `ENOSPC`, if the disk of a file has no room for a commit. */
export async function assertRoom(file: string): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(file));
  if (bavail * bsize >= LEAST_ROOM_BYTES) return;
  const fault = { code: 'ENOSPC', syscall: 'statfs' };
  throw Object.assign(new Error(`No room is left for ${basename(file)}`), fault);
}
