import { PROVIDER_NAME } from '@inkstream/contracts';
import { NotConfiguredError, parsedBy } from '@inkstream/service-kit';
import { z } from 'zod';

/** The secrets of providers by name. */
export type ProviderSecrets = ReadonlyMap<string, string>;

/** What a bearer token may be (RFC 6750), and long enough that nobody guesses it. */
const SECRET = /^[A-Za-z0-9._~+/-]{32,}=*$/;

/** What `PROVIDER_SECRETS` says: `name=secret,name=secret`. @throws Error that says what is wrong, and no secret. */
export function secretsOf(text: string): ProviderSecrets {
  const secrets = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name = '', secret = ''] = /^([^=]*)=(.*)$/.exec(part.trim()) ?? [];
    if (!PROVIDER_NAME.test(name) || !SECRET.test(secret) || secrets.has(name))
      throw new Error(
        'must be name=secret,name=secret, each provider once, with 32 letters, digits and ._~+/- or more in a secret',
      );
    secrets.set(name, secret);
  }
  return secrets;
}

/** What the providers' door reads from the environment. */
export const doorConfig = { PROVIDER_SECRETS: z.string().transform(parsedBy(secretsOf)).optional() };

/** @throws NotConfiguredError if no provider has a secret: there is nobody to open for. */
export function secretsIn({ PROVIDER_SECRETS }: { readonly PROVIDER_SECRETS?: ProviderSecrets | undefined }) {
  if (PROVIDER_SECRETS) return PROVIDER_SECRETS;
  throw new NotConfiguredError(
    'provider-door needs PROVIDER_SECRETS, such as acme=<32 characters or more>: who may come in',
  );
}
