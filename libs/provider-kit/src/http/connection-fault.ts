import { ProviderError } from '../provider-error.ts';

/** What fetch says of a connection that failed, and of one that was cut within the answer. */
const FETCH_FAILED = /^(fetch failed|terminated)$/;

/** The error and what caused it, outermost first; of several addresses that were tried, the first. */
function* causesOf(error: unknown): Generator<Error> {
  let [next, left] = [error, 10];
  while (next instanceof Error && left-- > 0) {
    yield next;
    next = next.cause ?? (next instanceof AggregateError ? next.errors[0] : undefined);
  }
}

/** `ECONNREFUSED`, `UND_ERR_SOCKET`, `DEPTH_ZERO_SELF_SIGNED_CERT` and the like: the platform writes them so. */
const codeOf = (error: Error): string | null =>
  'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code)
    ? error.code
    : null;

/**
 * The fault of a connection: refused, reset, cut within the answer, a name that nobody knows, a certificate that nobody
 * trusts. It is the provider's as a whole; its `cause`, for the log, is the innermost error. Null if the error is none of
 * a connection.
 *
 * @param vendor its name as clients read it
 */
export function connectionFault(error: unknown, vendor: string): ProviderError | null {
  const causes = [...causesOf(error)];
  const code = causes.map(codeOf).findLast((found) => found !== null);
  const failed = causes.some((cause) => cause instanceof TypeError && FETCH_FAILED.test(cause.message));
  if (!failed && !(code && isOfConnection(code))) return null;
  const message = `${vendor} cannot be reached${code ? ` (${code})` : ''}`;
  return new ProviderError('provider_unavailable', message, undefined, { cause: causes.at(-1) });
}

const isOfConnection = (code: string): boolean =>
  /^(UND_ERR_|ERR_TLS_|ERR_SSL_|CERT_|EAI_)|_CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$/.test(code) ||
  ['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE'].includes(code) ||
  ['EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL', 'EPROTO'].includes(code);
