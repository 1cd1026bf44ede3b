import { expect, test } from 'vitest';
import { rateLimitsIn } from './rate-limits.ts';

const read = (headers: Record<string, string>) => rateLimitsIn(new Headers(headers));

test("OpenAI's headers, and those of who took them over", () => {
  expect(
    read({
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '499',
      'x-ratelimit-reset-requests': '120ms',
      'x-ratelimit-limit-tokens': '200000',
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
    }),
  ).toEqual({
    requests: { limit: 500, remaining: 499, resetMs: 120 },
    tokens: { limit: 200_000, remaining: 0, resetMs: 360_000 },
  });
  expect(read({ 'x-ratelimit-limit-req-minute': '6', 'x-ratelimit-remaining-req-minute': '5' })).toEqual({
    requests: { limit: 6, remaining: 5, resetMs: undefined },
    tokens: undefined,
  });
});

test('what is not said, or is no number, says nothing', () => {
  for (const headers of [{}, { 'x-ratelimit-limit-requests': '' }, { 'x-ratelimit-remaining-tokens': '-1' }])
    expect(read(headers)).toEqual({ requests: undefined, tokens: undefined });
});
