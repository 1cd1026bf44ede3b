import { InvalidBucketNameError } from 'minio';
import { ObjectStoreUnavailableError } from '../errors.ts';

/** Faults of a connection, and answers of an engine that is busy or starting, after which the same request may do. */
const PASSING = new Set(['ECONNRESET', 'EPIPE', 'HTTP_429', 'HTTP_500', 'HTTP_502', 'HTTP_503']);

/** What passes as it is. */
const PERMANENT = [ObjectStoreUnavailableError, TypeError, InvalidBucketNameError];

/** The code of an S3 error (`NoSuchKey`, …), of a system error or of a status (`HTTP_503`); null where there is none. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !error.code) return null;
  return String(error.code);
}

/**
 * The error as callers of the store see it: whatever the engine or the way to it refuses may work later, wrong
 * credentials and a full disk included. A bug of ours passes as it is, and so does a name that no bucket can have.
 */
export function asStoreError(error: unknown): unknown {
  if (PERMANENT.some((type) => error instanceof type)) return error;
  const reason = codeOf(error) ?? (error instanceof Error ? error.message : String(error));
  return new ObjectStoreUnavailableError(`The object store fails with ${reason}`, { cause: error });
}

/** The engine's code behind an `ObjectStoreUnavailableError`. */
export const causeCode = (error: unknown): string | null =>
  error instanceof ObjectStoreUnavailableError ? codeOf(error.cause) : null;

export const isPassing = (error: unknown): boolean => PASSING.has(causeCode(error) ?? '');
