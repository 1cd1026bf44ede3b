import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';
import type { Refusal } from '../refuse.ts';

/** Origins whose pages may use the API from a browser, as browsers write them, `https://app.example.com`, or `*`. */
export type CorsOrigins = ReadonlySet<string>;

const ANY = '*';

/**
 * Origins separated by commas, or `*` for any.
 *
 * @throws Error that quotes what is not an origin.
 */
export function corsOriginsOf(value: string): CorsOrigins {
  if (value.trim() === ANY) return new Set([ANY]);
  const origins = value.split(',').map((origin) => origin.trim());
  const bad = origins.find((origin) => !/^https?:/.test(origin) || URL.parse(origin)?.origin !== origin);
  if (bad !== undefined)
    throw new Error(`must be origins such as https://app.example.com, and ${JSON.stringify(bad)} is not`);
  return new Set(origins);
}

/** A link that was followed: the page that contains it cannot read the answer. */
function isNavigation({ method, headers }: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode, 'sec-fetch-dest': destination = 'document' } = headers;
  return (method === 'GET' || method === 'HEAD') && mode === 'navigate' && destination === 'document';
}

/** Whether the page is of the host that it sends the request to. If the browser says so itself, that counts. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  const { 'sec-fetch-site': site, origin, host = '' } = headers;
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (origin === undefined) return true;
  const own = URL.parse(`http://${host}`);
  return own !== null && URL.parse(origin)?.host === own.host;
}

/**
 * Refuses what another site's page makes a browser ask, whether it could read the answer or not: an upload or a
 * deletion has its effect all the same. A request that no browser sent has neither header and passes.
 */
export function refuseCrossSite(request: IncomingMessage, origins: CorsOrigins): Refusal | null {
  const { origin } = request.headers;
  if (origin !== undefined && (origins.has(ANY) || origins.has(origin))) return null;
  if (isSameOrigin(request) || (origin === undefined && isNavigation(request))) return null;
  return {
    statusCode: 403,
    details: 'Pages of other sites may not use this API; CORS_ORIGINS names those that may',
  };
}

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Lets pages of these origins read the answers, and answers their preflights. */
export function allowCors(origins: CorsOrigins): Middleware {
  if (origins.size === 0) return (_request, _response, next) => next();
  const middleware = cors({
    origin: origins.has(ANY) ? ANY : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    exposedHeaders: [
      'Location',
      'ETag',
      'Retry-After',
      'Content-Disposition',
      'Content-Range',
      'X-Request-Id',
    ],
    maxAge: 600,
  });
  // Any OPTIONS is a preflight to it.
  return (request, response, next) =>
    request.method === 'OPTIONS' && request.headers.origin === undefined
      ? next()
      : middleware(request, response, next);
}
