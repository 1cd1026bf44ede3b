import { EnvHttpProxyAgent } from 'undici';

type Dispatcher = NonNullable<RequestInit['dispatcher']>;

/**
 * A fetch through the proxies that an environment names: HTTPS_PROXY, HTTP_PROXY, and NO_PROXY for the hosts that are
 * reached directly, each in small letters too. It waits for an answer as long as the call's signal lets it: a model
 * may think for longer than the five minutes that fetch allows.
 */
export function fetchThrough(env: NodeJS.ProcessEnv): typeof fetch {
  let agent: Dispatcher | null = null;
  const either = (name: string) => env[name.toLowerCase()] || env[name] || '';
  // Node's types are of another release of undici than the package's, of the same major.
  const connect = () =>
    new EnvHttpProxyAgent({
      httpProxy: either('HTTP_PROXY'),
      httpsProxy: either('HTTPS_PROXY'),
      noProxy: either('NO_PROXY'),
      headersTimeout: 0,
      bodyTimeout: 0,
    }) as unknown as Dispatcher;
  return (input, init) => {
    agent ??= connect();
    return fetch(input, { ...init, dispatcher: agent });
  };
}

/**
 * The fetch for calls of vendors; it goes to an SDK as its `fetch`. It goes through the proxies of the environment, and
 * trusts the private CAs of NODE_EXTRA_CA_CERTS, which Node reads itself. It tries nothing again: that is the kit's.
 */
export const vendorFetch: typeof fetch = fetchThrough(process.env);
