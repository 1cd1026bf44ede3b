import { expect, test } from 'vitest';
import { mistralErrors, rateHeadersOf } from './errors.ts';

const errors = mistralErrors('mistral-ocr-latest');
const fault = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errors.of({ status, headers: new Headers(headers), body: JSON.stringify(body) });
const said = (type: string, code: string, message: string) => ({
  object: 'error',
  message,
  type,
  param: null,
  code,
});
const limited = said('rate_limited', '1300', 'Requests rate limit exceeded');
const limits = (limit: number) => ({
  'x-ratelimit-limit-req-minute': `${limit}`,
  'x-ratelimit-remaining-req-minute': '0',
});

test('a limit that was met is waited for; a limit of 0 is no allowance', () => {
  expect(fault(429, limited, limits(60))).toMatchObject({ code: 'rate_limited' });
  expect(fault(429, limited, { ...limits(60), 'retry-after': '7' })).toMatchObject({
    retryAfterMs: 7_000,
  });
  expect(fault(429, limited, limits(0))).toMatchObject({ code: 'credit_exhausted' });
  expect(fault(429, limited, { 'x-ratelimit-limit-tokens-minute': '0' })).toMatchObject({
    code: 'credit_exhausted',
  });
});

test('a key that is refused, in two shapes, and an account that is not paid for', () => {
  for (const body of [{ detail: 'Unauthorized' }, { message: 'Unauthorized', request_id: '933f' }])
    expect(fault(401, body)).toMatchObject({ code: 'credentials_rejected' });
  const inactive = { message: 'Inactive subscription or usage limit reached', request_id: '933f' };
  expect(fault(401, inactive)).toMatchObject({ code: 'credit_exhausted' });
});

test('a request that is not valid is quoted without the document that the vendor repeats', () => {
  const msg =
    "Value error, Document content must be a URL (starting with 'https')Received: data:application/x;base64,UEsDB";
  const detail = [{ type: 'value_error', loc: ['body'], msg, input: { document: 'UEsDBBQABgAIAAAAIQ' } }];
  for (const body of [{ detail }, { object: 'error', message: { detail }, type: 'invalid_request_error' }]) {
    const rejected = fault(422, body);
    expect(rejected).toMatchObject({
      code: 'provider_rejected',
      message: expect.stringContaining('must be a URL'),
    });
    expect(String(rejected)).not.toContain('UEsDB');
  }
});

test('a model that is gone pauses the provider, and is named', () => {
  expect(fault(400, said('invalid_model', '1500', 'Invalid model: mistral-ocr-latest'))).toMatchObject({
    pause: 'model_gone',
    message: 'Mistral does not have what is asked for: the model mistral-ocr-latest',
  });
});

test.each([
  [400, said('document_parser_invalid_file', '3740', 'Document is not a valid PDF.'), 'corrupt_document'],
  [400, said('document_parser_too_many_pages', '3730', 'Too many pages.'), 'document_too_large'],
  [400, said('invalid_model', '1500', 'Invalid model: mistral-ocr-4-0'), 'provider_unavailable'],
  [400, said('invalid_request_error', '3001', 'No'), 'provider_rejected'],
  [413, { message: 'Too large' }, 'document_too_large'],
  [500, said('internal_server_error', '3000', 'Service unavailable.'), 'provider_unavailable'],
  [503, '<html>no upstream</html>', 'provider_unavailable'],
])('%i %j is %s', (status, body, code) => {
  expect(fault(status, body)).toMatchObject({ code });
});

test('an answer says how the limits of a minute stand', () => {
  const headers = { 'x-ratelimit-limit-req-minute': '60', 'x-ratelimit-remaining-req-minute': '59' };
  expect(rateHeadersOf(new Headers(headers))).toMatchObject({ requests: { limit: 60, remaining: 59 } });
  expect(rateHeadersOf(new Headers()).requests?.limit).toBeUndefined();
});
