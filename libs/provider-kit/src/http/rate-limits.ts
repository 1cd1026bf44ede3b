import type { RateHeaders, RateWindow } from '../limits/rate-headers.ts';
import { durationMs } from './retry-after.ts';

/** Whole numbers alone: what is empty or in another form says nothing. */
function countOf(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function windowOf(headers: Headers, ...names: readonly string[]): RateWindow | undefined {
  const read = (what: string) =>
    names.map((name) => headers.get(`x-ratelimit-${what}-${name}`)).find((text) => text !== null) ?? null;
  const limit = countOf(read('limit'));
  const remaining = countOf(read('remaining'));
  if (limit === undefined && remaining === undefined) return undefined;
  return { limit, remaining, resetMs: durationMs(read('reset') ?? '') ?? undefined };
}

/**
 * What an answer says of the vendor's limits, in the headers that OpenAI has and others took over:
 * `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`, at Mistral `-req-minute` and `-tokens-minute`.
 */
export const rateLimitsIn = (headers: Headers): RateHeaders => ({
  requests: windowOf(headers, 'requests', 'req-minute'),
  tokens: windowOf(headers, 'tokens', 'tokens-minute'),
});
