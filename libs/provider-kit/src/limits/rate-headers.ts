import { durationMs } from '../http/retry-after.ts';
import type { Limiter } from './limiter.ts';

/** What a vendor says of one of its limits, as it stands after the call that it answers. */
export interface RateWindow {
  /** The most in a minute. */
  readonly limit?: number | undefined;
  readonly remaining?: number | undefined;
  /** When `remaining` is `limit` again, ms from now. */
  readonly resetMs?: number | undefined;
}

/** A vendor's rate limits as its headers tell them: of requests, and of tokens. */
export interface RateHeaders {
  readonly requests?: RateWindow | undefined;
  readonly tokens?: RateWindow | undefined;
}

/** A limit of nothing at all: the account has no allowance, and waiting brings none. */
export const allowsNothing = ({ requests, tokens }: RateHeaders): boolean =>
  requests?.limit === 0 || tokens?.limit === 0;

/** The names that vendors have for what they limit in a minute: OpenAI and xAI the first, Mistral the second. */
const NAMES = { requests: ['requests', 'req-minute'], tokens: ['tokens', 'tokens-minute'] } as const;

function countOf(
  headers: Headers,
  names: readonly string[],
  what: 'limit' | 'remaining',
): number | undefined {
  const texts = names.map((name) => headers.get(`x-ratelimit-${what}-${name}`)?.trim() ?? '');
  const found = texts.find((text) => /^\d+$/.test(text));
  return found === undefined ? undefined : Number(found);
}

/** A number of seconds or a duration, in ms. */
function resetOf(headers: Headers, names: readonly string[]): number | undefined {
  const [text] = names.flatMap((name) => headers.get(`x-ratelimit-reset-${name}`)?.trim() ?? []);
  if (text === undefined) return undefined;
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : (durationMs(text) ?? undefined);
}

function windowOf(headers: Headers, names: readonly string[]): RateWindow | undefined {
  const [limit, remaining] = [countOf(headers, names, 'limit'), countOf(headers, names, 'remaining')];
  if (limit === undefined && remaining === undefined) return undefined;
  return { limit, remaining, resetMs: resetOf(headers, names) };
}

/** What an answer's `x-ratelimit-` headers say, as OpenAI, xAI and Mistral have them; nothing without them. */
export const rateHeadersOf = (headers: Headers): RateHeaders => ({
  requests: windowOf(headers, NAMES.requests),
  tokens: windowOf(headers, NAMES.tokens),
});

/** A fetch that tells the limiter what each answer says of the vendor's limits: for an SDK, or for calls of one's own. */
export const learningFetch =
  (limiter: Pick<Limiter, 'learn'>, fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (...request) => {
    const response = await fetch(...request);
    limiter.learn(rateHeadersOf(response.headers));
    return response;
  };
