import { ObjectStoreFullError, ObjectStoreUnavailableError } from '../errors.ts';

/** The code of a system error (`ENOENT`, …), null if it is not a system error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('errno' in error) || !('code' in error)) return null;
  return String(error.code);
}

/** Whether nothing is there: no such file, or a file where a folder of the path should be. */
export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '');

/** No room on the disk, or no more for this user. */
const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * The error as callers of the store see it: whatever the system refuses (no room, a broken disk, no rights, too
 * many open files) may work later; an error that is not the system's passes as it is.
 */
export function asStoreError(error: unknown): unknown {
  const code = errnoOf(error);
  if (!code) return error;
  const message = `The object store's folder fails with ${code}`;
  if (FULL.includes(code)) return new ObjectStoreFullError('folder', message, { cause: error });
  return new ObjectStoreUnavailableError(message, { cause: error });
}

/** Runs `work`; what the system refuses rejects as `ObjectStoreUnavailableError`. */
export async function withStoreErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error);
  }
}
