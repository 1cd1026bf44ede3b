/** What may be an identifier and nothing else: a code or name that holds data would make ever more series. */
const IDENTIFIER = /^[A-Za-z][\w.-]{0,63}$/;

/**
 * The type of an error for `error.type`: its code, such as `ECONNREFUSED`, else its name, such as
 * `ConcurrencyError`; `_OTHER`, which the conventions have for that, if neither is an identifier.
 */
export function errorType(error: unknown): string {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  const known = [code, name].find((one) => typeof one === 'string' && IDENTIFIER.test(one));
  return typeof known === 'string' ? known : '_OTHER';
}
