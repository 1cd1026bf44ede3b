import { InvalidBucketNameError } from 'minio';
import { ObjectStoreFullError, ObjectStoreUnavailableError } from '../errors.ts';

/**
 * Faults of a connection, and answers of a server that is busy or starting, after which the same request may succeed.
 */
const PASSING = new Set(['ECONNRESET', 'EPIPE', 'HTTP_429', 'HTTP_500', 'HTTP_502', 'HTTP_503']);

/** Answers of a server that has no room, or no more for this user: MinIO's, and those of others. */
const FULL = new Set([
  'ENOSPC',
  'HTTP_507',
  'XMinioStorageFull',
  'QuotaExceeded',
  'XMinioAdminBucketQuotaExceeded',
]);

/** What is passed on as it is. */
const PERMANENT = [ObjectStoreUnavailableError, TypeError, InvalidBucketNameError];

/** The code of an S3 error (`NoSuchKey`, …), of a system error or of a status (`HTTP_503`); null if there is none. */
export function codeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !error.code) return null;
  return String(error.code);
}

/**
 * The error as callers of the store see it: whatever the server or the network refuses may succeed later, wrong
 * credentials and a full disk included. A bug of ours passes as it is, and so does an invalid bucket name.
 */
export function asStoreError(error: unknown): unknown {
  if (PERMANENT.some((type) => error instanceof type)) return error;
  const reason = codeOf(error) ?? (error instanceof Error ? error.message : String(error));
  const message = `The object store fails with ${reason}`;
  if (FULL.has(reason)) return new ObjectStoreFullError('server', message, { cause: error });
  return new ObjectStoreUnavailableError(message, { cause: error });
}

/** The server's code behind an `ObjectStoreUnavailableError`. */
export const causeCode = (error: unknown): string | null =>
  error instanceof ObjectStoreUnavailableError ? codeOf(error.cause) : null;

export const isPassing = (error: unknown): boolean => PASSING.has(causeCode(error) ?? '');
