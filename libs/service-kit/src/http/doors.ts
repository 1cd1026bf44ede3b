import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { BackendConfig } from '../backends/backend-config.ts';
import { ConfigError } from '../config.ts';
import { HttpError } from '../http-error.ts';
import { contextIfKnown, type RequestContext, requestContextSchema, setContext } from '../request-context.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';

/** What the gateway and query-api read, so that they trust each other. */
export const internalConfig = { INTERNAL_SECRET: z.string().min(32).optional() };
type InternalConfig = z.output<z.ZodObject<typeof internalConfig>> & Pick<BackendConfig, 'INKSTREAM_MODE'>;

/**
 * The secret that signs contexts; undefined if there is none, embedded.
 *
 * @throws ConfigError if there is none, distributed.
 */
export function internalSecret({ INTERNAL_SECRET: secret, INKSTREAM_MODE: mode }: InternalConfig) {
  if (secret === undefined && mode === 'distributed')
    throw new ConfigError(
      'The configuration is not valid:\n  INTERNAL_SECRET: is needed if INKSTREAM_MODE is distributed, the same in upload-gateway and query-api',
    );
  return secret;
}

/** Carries a context between our services, signed; lower case, as Node names headers. */
export const CONTEXT_HEADER = 'x-inkstream-context';

/** There are no API keys yet that would distinguish tenants and actors. */
const unauthenticated = (request: IncomingMessage): RequestContext => ({
  tenant: 'default',
  actor: 'anonymous',
  requestId: requestIdOf(request),
});

/** Makes the context of each request of a client. A context that a client claims is ignored. */
export const publicDoor: RequestHandler = (request, _response, next) => {
  delete request.headers[CONTEXT_HEADER];
  setContext(request, unauthenticated(request));
  next();
};

const signatureOf = (payload: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(payload).digest();

/**
 * A context as the value of `CONTEXT_HEADER`: its JSON and the HMAC-SHA-256 of that, both in base64url. It does not
 * expire: clocks may be an hour apart, and whoever can read the private network to replay it can read the answers as
 * well.
 */
export function signContext(context: RequestContext, secret: string): string {
  const payload = Buffer.from(JSON.stringify(context)).toString('base64url');
  return `${payload}.${signatureOf(payload, secret).toString('base64url')}`;
}

/** The context of a signed header; null if its signature was not made with this secret. */
function verifiedContext(header: string, secret: string): RequestContext | null {
  const [payload = '', signature = ''] = header.split('.');
  const given = Buffer.from(signature, 'base64url');
  const right = signatureOf(payload, secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  return requestContextSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
}

function contextFrom(request: IncomingMessage, secret: string | undefined): RequestContext {
  const header = request.headers[CONTEXT_HEADER];
  if (secret === undefined && header === undefined) return unauthenticated(request);
  const context = secret !== undefined && typeof header === 'string' ? verifiedContext(header, secret) : null;
  if (!context) throw new HttpError(401, 'The request does not come from our gateway');
  return context;
}

/**
 * Uses the context that the gateway made: in this process already, or otherwise from the signed header. With a secret,
 * a request without a valid signature is 401; without one, a request without the header has the default context, and
 * one with it, which cannot be checked, is 401.
 */
export const privateDoor =
  (secret: string | undefined): RequestHandler =>
  (request, response, next) => {
    if (!contextIfKnown(request)) {
      const context = contextFrom(request, secret);
      setContext(request, context);
      response.set(REQUEST_ID_HEADER, context.requestId);
    }
    next();
  };
