import { expect, test } from 'vitest';
import { responsesReading, responsesRequest } from './responses.ts';

const message = (part: object) => [
  { type: 'reasoning', summary: [] },
  { type: 'message', role: 'assistant', content: [part] },
];
const text = JSON.stringify({ lines: ['TOTAL 9.54'], receipts: [{ total: '9.54' }] });
const whole = {
  model: 'gpt-6-luna-2026-08-01',
  status: 'completed',
  error: null,
  incomplete_details: null,
  output: message({ type: 'output_text', text }),
  usage: { input_tokens: 1_000, output_tokens: 500, total_tokens: 1_500 },
};
const prices = { 'gpt-6': { inputTokens: '0.10/1000000', outputTokens: '0.50/1000000' } };
const read = (answer: unknown) => responsesReading(answer, 'ACME', prices);
const faultOf = (answer: unknown) => {
  try {
    return read(answer);
  } catch (error) {
    return error;
  }
};

test('an answer is read, with the model as it names itself, usage, cost, and itself as raw', () => {
  expect(read(whole)).toEqual({
    lines: [{ text: 'TOTAL 9.54' }],
    receipts: [{ total: { value: '9.54' }, items: [] }],
    warnings: [],
    model: 'gpt-6-luna-2026-08-01',
    usage: { inputTokens: 1_000, outputTokens: 500 },
    cost: { currency: 'USD', amount: '0.00035' },
    raw: whole,
  });
});

test.each([
  ['rate_limit_exceeded', 'rate_limited'],
  ['server_error', 'provider_unavailable'],
  ['invalid_image_format', 'unsupported_document'],
  ['image_too_large', 'document_too_large'],
  ['image_parse_error', 'corrupt_document'],
  ['image_content_policy_violation', 'content_refused'],
  ['invalid_prompt', 'provider_rejected'],
])('a 200 that failed with %s is %s', (code, expected) => {
  const fault = faultOf({ ...whole, status: 'failed', error: { code, message: 'because' }, output: [] });
  expect(fault).toMatchObject({ code: expected, message: expect.stringContaining('because') });
});

test.each([
  ['max_output_tokens', 'invalid_result', 'limit of tokens'],
  ['content_filter', 'content_refused', 'filter'],
])('an answer that is incomplete for %s is %s', (reason, code, why) => {
  const fault = faultOf({ ...whole, status: 'incomplete', incomplete_details: { reason } });
  expect(fault).toMatchObject({ code, message: expect.stringContaining(why) });
});

test('a refusal is no reading, and is paid for', () => {
  const output = message({ type: 'refusal', refusal: 'I cannot help with that.' });
  expect(faultOf({ ...whole, output })).toMatchObject({
    code: 'content_refused',
    spent: {
      usage: { inputTokens: 1_000, outputTokens: 500 },
      cost: { currency: 'USD', amount: '0.00035' },
    },
    message: 'ACME refused to read the page: I cannot help with that.',
  });
});

test.each([
  { ...whole, output: [] },
  { ...whole, output: message({ type: 'output_text', text: '' }) },
  '<html>',
  {},
])('an answer without content is no result: %j', (answer) => {
  expect(faultOf(answer)).toMatchObject({ code: 'invalid_result' });
});

test('nothing is stored there, and the picture goes whole', () => {
  const picture = {
    number: 1,
    bytes: new Uint8Array([1, 2, 3]),
    mimeType: 'image/png',
    width: 1,
    height: 1,
  } as const;
  expect(responsesRequest(picture, { model: 'm', maxOutputTokens: 9 })).toMatchObject({
    store: false,
    max_output_tokens: 9,
    input: [{ content: [{}, { image_url: 'data:image/png;base64,AQID' }] }],
    text: { format: { strict: true } },
  });
});
