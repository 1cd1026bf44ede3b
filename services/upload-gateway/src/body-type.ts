import { HttpError } from '@inkstream/service-kit';
import { json, type Request, type RequestHandler } from 'express';

/** The media type of a request's body in lower case, without parameters; undefined if it names none. */
export const bodyType = (request: Request): string | undefined =>
  request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() || undefined;

const parseJson = json({ limit: '4kb' });

/** Reads a small body of JSON; 415 if it is of another type, or of none: forms of other sites can send those. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const type = bodyType(request);
  if (type !== 'application/json')
    throw new HttpError(415, `The body is ${type ?? 'of no type'}; send application/json`);
  parseJson(request, response, (error?: unknown) => {
    // The parser's message quotes the body, and that may hold a password.
    const isBroken = error instanceof Error && 'type' in error && error.type === 'entity.parse.failed';
    next(isBroken ? new HttpError(400, 'The body is not valid JSON; send an object in UTF-8') : error);
  });
};
