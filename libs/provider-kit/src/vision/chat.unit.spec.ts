import { expect, test } from 'vitest';
import { chatReading, chatRequest } from './chat.ts';

const content = JSON.stringify({ lines: ['TOTAL 9.54'], receipts: [{ total: '9.54' }] });
const answered = (message: object, finish_reason = 'stop') => ({
  model: 'qwen3-vl-4b',
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
  usage: { prompt_tokens: 900, completion_tokens: 100, total_tokens: 1_000 },
});
const faultOf = (answer: unknown) => {
  try {
    return chatReading(answer, 'ACME', {});
  } catch (error) {
    return error;
  }
};

test('an answer is read, with the model as it names itself and what it used; without a price it costs nothing known', () => {
  const raw = answered({ content });
  expect(chatReading(raw, 'ACME', {})).toEqual({
    lines: [{ text: 'TOTAL 9.54' }],
    receipts: [{ total: { value: '9.54' }, items: [] }],
    warnings: [],
    model: 'qwen3-vl-4b',
    usage: { inputTokens: 900, outputTokens: 100 },
    raw,
  });
});

test.each([
  [answered({ content: '{"lines": [' }, 'length'), 'invalid_result'],
  [answered({ content: '' }, 'content_filter'), 'content_refused'],
  [answered({ content: null, refusal: 'No.' }), 'content_refused'],
  [answered({ content: null }), 'invalid_result'],
  [answered({ content: 'I see a receipt.' }), 'invalid_result'],
  [{ model: 'm', choices: [] }, 'invalid_result'],
  ['<html>', 'invalid_result'],
])('%j is %s', (answer, code) => {
  expect(faultOf(answer)).toMatchObject({ code });
});

test('what was answered in vain was spent all the same', () => {
  expect(faultOf(answered({ content: '{"lines": [' }, 'length'))).toMatchObject({
    spent: { usage: { inputTokens: 900, outputTokens: 100 } },
  });
});

test('the schema is nested as OpenAI has it: llama-server ignores it in another place, without a word', () => {
  const picture = {
    number: 1,
    bytes: new Uint8Array([1]),
    mimeType: 'image/png',
    width: 1,
    height: 1,
  } as const;
  expect(chatRequest(picture, { model: 'm', maxOutputTokens: 9 }).response_format).toMatchObject({
    type: 'json_schema',
    json_schema: { schema: { type: 'object' } },
  });
});
