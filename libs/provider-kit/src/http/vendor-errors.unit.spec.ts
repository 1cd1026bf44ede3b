import { isProviderWide, isTransient } from '@inkstream/domain';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ProviderError } from '../provider-error.ts';
import { Secret } from './api-key.ts';
import { codeOfStatus } from './status-fault.ts';
import { createVendorErrors, type VendorAnswer } from './vendor-errors.ts';

class SdkError extends Error {
  readonly answer: VendorAnswer;
  constructor(answer: VendorAnswer) {
    super('sdk');
    this.answer = answer;
  }
}

const errors = createVendorErrors({
  vendor: 'ACME',
  model: 'acme-ocr-3',
  key: new Secret('ACME_API_KEY', 'sk-12345678'),
  body: z.object({ error: z.object({ message: z.string(), type: z.string().optional() }) }),
  handle: ({ body: { error } }) => ({
    said: error.message,
    code: error.type === 'insufficient_quota' ? 'credit_exhausted' : undefined,
  }),
  answerOf: (error) => (error instanceof SdkError ? error.answer : null),
});
const answer = (status: number, body: unknown = undefined, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
  body,
});
const never = new AbortController().signal;

test.each([
  [400, 'provider_rejected'],
  [401, 'credentials_rejected'],
  [402, 'credit_exhausted'],
  [403, 'credentials_rejected'],
  [404, 'provider_unavailable'],
  [407, 'provider_unavailable'],
  [408, 'provider_unavailable'],
  [409, 'provider_unavailable'],
  [410, 'provider_unavailable'],
  [413, 'document_too_large'],
  [415, 'unsupported_document'],
  [418, 'provider_rejected'],
  [422, 'provider_rejected'],
  [425, 'provider_unavailable'],
  [429, 'rate_limited'],
  [500, 'provider_unavailable'],
  [502, 'provider_unavailable'],
  [503, 'provider_unavailable'],
  [529, 'provider_unavailable'],
  [302, 'provider_unavailable'],
] as const)('HTTP %i is %s', (status, code) => {
  expect(errors.of(answer(status)).code).toBe(code);
});

test('whether a document fails at once or waits: only what is wrong with the document or the request fails it', () => {
  const permanent = [400, 413, 415, 418, 422];
  for (const status of [400, 401, 402, 403, 404, 408, 410, 413, 415, 418, 422, 429, 500, 503])
    expect([status, isTransient(codeOfStatus(status)), isProviderWide(codeOfStatus(status))]).toEqual([
      status,
      !permanent.includes(status),
      !permanent.includes(status),
    ]);
});

test('the vendor is quoted, shortened, without the key', () => {
  const message = `sk-12345678 may not ask for this: ${'x'.repeat(1_000)}`;
  const fault = errors.of(answer(400, { error: { message } }));
  expect(fault.message).toMatch(/^ACME refused the request: \[ACME_API_KEY\] may not ask/);
  expect(fault.message.length).toBeLessThan(340);
});

test('of a refused key nothing is quoted: vendors repeat parts of it', () => {
  for (const status of [401, 403])
    expect(errors.of(answer(status, { error: { message: 'Incorrect key: sk-1***78' } })).message).toBe(
      `ACME refused the key (HTTP ${status})`,
    );
});

test('a limit of nothing is no rate: the provider waits for a person, whatever Retry-After says', () => {
  const headers = { 'x-ratelimit-limit-requests': '0', 'retry-after': '7' };
  expect(errors.of(answer(429, { error: { message: 'Rate limit reached' } }, headers))).toMatchObject({
    code: 'credit_exhausted',
    pause: 'no_allowance',
  });
});

test('a model that is gone pauses the provider; a server that is down does not', () => {
  expect([404, 410, 503].map((status) => errors.of(answer(status)).pause)).toEqual([
    'model_gone',
    'model_gone',
    undefined,
  ]);
});

test('a model that is gone is named', () => {
  expect(errors.of(answer(404, { error: { message: 'no such thing' } })).message).toContain(
    'the model acme-ocr-3',
  );
});

test("the vendor's own code counts before the status", () => {
  const body = { error: { message: 'You exceeded your current quota', type: 'insufficient_quota' } };
  expect(errors.of(answer(429, body))).toMatchObject({
    code: 'credit_exhausted',
    message: 'The account at ACME has no credit or allowance left',
  });
});

test('Retry-After is kept; without it the kit chooses', () => {
  expect(errors.of(answer(429, null, { 'retry-after': '7' })).retryAfterMs).toBe(7_000);
  expect(errors.of(answer(429)).retryAfterMs).toBeUndefined();
});

test('a body that is JSON as text is read; one of a proxy, in HTML, leaves the status', () => {
  expect(errors.of(answer(400, '{"error":{"message":"too dark"}}')).message).toBe(
    'ACME refused the request: too dark',
  );
  expect(errors.of(answer(502, '<html>Bad gateway</html>')).message).toBe('ACME is not available (HTTP 502)');
});

test("what a call throws: the SDK's error by its answer, faults and bugs as they are", async () => {
  const thrown = (error: unknown) =>
    errors.call(never, () => Promise.reject(error)).catch((caught: unknown) => caught);
  expect(await thrown(new SdkError(answer(429)))).toMatchObject({ code: 'rate_limited' });
  const fault = new ProviderError('content_refused', 'no');
  expect(await thrown(fault)).toBe(fault);
  expect(await thrown(new Error('Connection error.', { cause: fault }))).toBe(fault);
  expect(await thrown(new SyntaxError('Unexpected end of JSON input'))).toMatchObject({
    code: 'invalid_result',
  });
  const bug = new RangeError('bug');
  expect(await thrown(bug)).toBe(bug);
  expect(await thrown(new TypeError('fetch failed'))).toMatchObject({ code: 'provider_unavailable' });
  expect(await errors.call(never, async () => 7)).toBe(7);
});

test("an abort is an abort, whatever the SDK makes of it, and no fault of the vendor's", async () => {
  const reason = new Error('nobody wants it');
  const call = errors.call(AbortSignal.abort(reason), () => Promise.reject(new SdkError(answer(500))));
  await expect(call).rejects.toBe(reason);
});
