import { isLaterRelease } from '@inkstream/message-bus';
import { ObjectStoreBusyError, ObjectStoreFullError } from '@inkstream/object-store';
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { errorAnswer } from './error-answer.ts';
import type { Logger } from './log.ts';
import { contextIfKnown } from './request-context.ts';
import { fullDiskOf, isTransientFault, reasonOf } from './transient.ts';

/** An error response. `details` is shown to the client. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, details: string, headers: Readonly<Record<string, string>> = {}) {
    super(details);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

/**
 * Input that a schema has checked.
 *
 * @throws HttpError 400 that names the part (`where`, if given) and the field.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, where = ''): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const details = parsed.error.issues.map(({ path, message }) =>
    [[where, ...path].filter((part) => part !== '').join('.'), message].filter(Boolean).join(': '),
  );
  throw new HttpError(400, details.join('; '));
}

/** Answers requests that no route has handled. */
export const notFound: RequestHandler = (request) => {
  throw new HttpError(404, `There is no ${request.method} ${request.path}`);
};

/** What Express and its parsers throw carries `status`, and `expose` if the message may be shown. */
function fromFramework(error: unknown): HttpError | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  if (error.status < 400 || error.status > 499) return null;
  return new HttpError(error.status, error instanceof URIError ? 'The path is not valid' : error.message);
}

/** Nobody makes room sooner. */
const UNTIL_ROOM = { 'Retry-After': '60' };

/** In a rolling upgrade the next request may meet the later release, seconds later. */
const UNTIL_UPGRADE = { 'Retry-After': '10' };

/**
 * The response for a full disk: 507 (RFC 4918) if it is ours. Clients can make room there by deleting jobs as long as the
 * object store alone refuses, which leaves some to the databases: without room for a commit nothing is deleted either.
 */
function noRoom(where: 'folder' | 'server', error: unknown): HttpError {
  if (where === 'server') return new HttpError(503, 'A store has no room left; try again later', UNTIL_ROOM);
  const advice =
    error instanceof ObjectStoreFullError
      ? 'full; delete jobs, or try again later'
      : 'full to its last bytes, so jobs cannot be deleted either; try again once its operator has made room';
  return new HttpError(507, `The disk of the data folder is ${advice}`, UNTIL_ROOM);
}

/**
 * The response for any error: faults of stores are 503, and so is what a later release wrote; a full data folder is 507,
 * everything unforeseen is 500 without details.
 */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ObjectStoreBusyError)
    return new HttpError(429, 'Too many bytes are in flight; try again', { 'Retry-After': '5' });
  const full = fullDiskOf(error);
  if (full) return noRoom(full, error);
  if (isLaterRelease(error))
    return new HttpError(503, 'This was written by a later release; try again', UNTIL_UPGRADE);
  if (isTransientFault(error))
    return new HttpError(503, 'A part of the system does not answer; try again', { 'Retry-After': '1' });
  return fromFramework(error) ?? new HttpError(500, 'Something went wrong on our side');
}

/** Answers with the error, in the format that the client accepts. */
export function sendError(response: Response, { statusCode, message, headers }: HttpError): void {
  const answer = errorAnswer(response.req, statusCode, message);
  response
    .status(statusCode)
    .set({ ...headers, ...answer.headers })
    .vary('Accept')
    .send(answer.body);
}

/** The last handler: answers with the error, logs what was unforeseen, and in one line what a store refuses. */
export const errorHandler =
  (log: Logger): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const answer = toHttpError(error);
    if (answer.statusCode >= 500 && !(error instanceof HttpError)) {
      const why = isTransientFault(error) ? { reason: reasonOf(error) } : { err: error };
      const { method, path } = request;
      log.error({ ...contextIfKnown(request), ...why, method, path }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendError(response, answer);
  };
