import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createVendorErrors } from '../http/vendor-errors.ts';
import { Limiter } from './limiter.ts';
import { learningFetch, type RateHeaders, rateHeadersOf } from './rate-headers.ts';

const openai = {
  'x-ratelimit-limit-requests': '500',
  'x-ratelimit-remaining-requests': '499',
  'x-ratelimit-reset-requests': '120ms',
  'x-ratelimit-limit-tokens': '30000',
  'x-ratelimit-remaining-tokens': '0',
  'x-ratelimit-reset-tokens': '6m0s',
};

describe('the headers of a rate limit', () => {
  it('are read as OpenAI and Mistral have them', () => {
    expect(rateHeadersOf(new Headers(openai))).toEqual({
      requests: { limit: 500, remaining: 499, resetMs: 120 },
      tokens: { limit: 30_000, remaining: 0, resetMs: 360_000 },
    });
    const mistral = { 'x-ratelimit-limit-req-minute': '60', 'x-ratelimit-remaining-tokens-minute': '7' };
    expect(rateHeadersOf(new Headers(mistral))).toEqual({
      requests: { limit: 60, remaining: undefined, resetMs: undefined },
      tokens: { limit: undefined, remaining: 7, resetMs: undefined },
    });
  });

  it('say nothing if they are not there, or no numbers', () => {
    const nothing = { requests: undefined, tokens: undefined };
    expect(rateHeadersOf(new Headers())).toEqual(nothing);
    expect(rateHeadersOf(new Headers({ 'x-ratelimit-limit-requests': 'many' }))).toEqual(nothing);
  });

  it('reach the limiter with each answer', async () => {
    const heard: RateHeaders[] = [];
    const limiter = new Limiter();
    const learn = (headers: RateHeaders) => void heard.push(headers);
    const fetch = learningFetch({ ...limiter, learn }, async () => new Response('', { headers: openai }));
    expect((await fetch('http://127.0.0.1')).status).toBe(200);
    expect(heard[0]?.tokens?.remaining).toBe(0);
  });
});

describe('what a person has to mend', () => {
  const errors = createVendorErrors({
    vendor: 'Acme',
    body: z.object({}),
    handle: () => ({}),
    model: 'acme-1',
  });
  const fault = (status: number, headers: Record<string, string> = {}) =>
    errors.of({ status, headers: new Headers(headers), body: {} });

  it('is an allowance, if a 429 says that the limit is nothing', () => {
    const none = { 'x-ratelimit-limit-req-minute': '0' };
    expect(fault(429, none)).toMatchObject({ code: 'credit_exhausted', pause: 'no_allowance' });
    const some = fault(429, { 'x-ratelimit-limit-req-minute': '5' });
    expect([some.code, some.pause]).toEqual(['rate_limited', undefined]);
  });

  it('is the model, if the vendor has it no longer', () => {
    for (const status of [404, 410])
      expect(fault(status)).toMatchObject({ code: 'provider_unavailable', pause: 'model_gone' });
    expect(fault(503).pause).toBeUndefined();
  });
});
