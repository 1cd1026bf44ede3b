import { tracedFetch } from '@inkstream/service-kit';
import { EnvHttpProxyAgent } from 'undici';
import { ProviderError } from '../provider-error.ts';

type Dispatcher = NonNullable<RequestInit['dispatcher']>;

/** The most of an answer that is read, bytes, once it is unpacked: the largest of a vendor are a tenth of it. */
const MAX_ANSWER_BYTES = 64 * 2 ** 20;
/** The last status that a `Response` can be made with. */
const LAST_STATUS = 599;

/** The answer, whose body fails once it is larger than anybody's answer is. */
function bounded(answer: Response): Response {
  if (!answer.body) return answer;
  let left = MAX_ANSWER_BYTES;
  const bound = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength;
      if (left < 0) throw new ProviderError('invalid_result', 'The answer is too large to be one');
      controller.enqueue(chunk);
    },
  });
  const { statusText, headers } = answer;
  const status = Math.min(answer.status, LAST_STATUS);
  return new Response(answer.body.pipeThrough(bound), { status, statusText, headers });
}

/**
 * A fetch through the proxies that an environment names: HTTPS_PROXY, HTTP_PROXY, and NO_PROXY for the hosts that are
 * reached directly, each in small letters too. It waits for an answer as long as the call's signal lets it: a model
 * may think for longer than the five minutes that fetch allows. It follows no redirect unless it is told to: only
 * `Authorization` would stay behind, and vendors take their keys in other headers, and documents in the body.
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
  return async (input, init) => {
    agent ??= connect();
    const options = { redirect: 'manual', ...init, dispatcher: agent } as const;
    return bounded(await tracedFetch(fetch)(input, options));
  };
}

/**
 * The fetch for calls of vendors; it goes to an SDK as its `fetch`. It goes through the proxies of the environment, and
 * trusts the private CAs of NODE_EXTRA_CA_CERTS, which Node reads itself. It tries nothing again: that is the kit's.
 */
export const vendorFetch: typeof fetch = fetchThrough(process.env);
