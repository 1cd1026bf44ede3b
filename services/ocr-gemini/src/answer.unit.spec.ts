import { FinishReason, type GenerateContentResponse } from '@google/genai';
import { describe, expect, it, test } from 'vitest';
import { readingOf } from './answer.ts';

/** Answers as the vendor sends them, in the shapes of its published description. */
const recorded = (answer: object) => answer as GenerateContentResponse;
const prices = { 'gemini-3.5': { inputTokens: '0.30/1000000', outputTokens: '2.50/1000000' } };
const read = (answer: GenerateContentResponse) => readingOf(answer, 'gemini-3.5-flash-lite', prices);
const ended = (finishReason: string, parts: object[] = [{ text: '{"lines":[]}' }]) =>
  recorded({ candidates: [{ content: { role: 'model', parts }, finishReason, index: 0 }] });

test('reads lines and receipts, and says which model read them, what it used and what that cost', () => {
  const text = JSON.stringify({
    lines: ['ACME', 'TOTAL 9.54'],
    receipts: [{ merchant: 'ACME', total: '9.54' }],
  });
  const answer = {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 2_000, candidatesTokenCount: 300, thoughtsTokenCount: 100 },
    modelVersion: 'gemini-3.5-flash-lite-001',
    responseId: 'n3QpaY7hE8',
  };
  expect(read(recorded(answer))).toMatchObject({
    lines: [{ text: 'ACME' }, { text: 'TOTAL 9.54' }],
    receipts: [{ merchant: { value: 'ACME' }, total: { value: '9.54' } }],
    model: 'gemini-3.5-flash-lite-001',
    usage: { inputTokens: 2_000, outputTokens: 400 },
    cost: { currency: 'USD', amount: '0.0016' },
    raw: answer,
  });
});

test('joins the parts of an answer, and leaves the thoughts out', () => {
  const parts = [
    { text: 'It looks like a receipt.', thought: true },
    { text: '{"lines":["A"],' },
    { text: '"receipts":[]}' },
  ];
  expect(read(ended('STOP', parts)).lines).toEqual([{ text: 'A' }]);
});

describe('an answer that is none', () => {
  it.each([
    'SAFETY',
    'RECITATION',
    'BLOCKLIST',
    'PROHIBITED_CONTENT',
    'SPII',
    'LANGUAGE',
    'IMAGE_SAFETY',
    'IMAGE_PROHIBITED_CONTENT',
    'IMAGE_RECITATION',
  ])('is refused, if it ended for %s, though part of it is there', (reason) => {
    expect(() => read(ended(reason))).toThrow(
      expect.objectContaining({ code: 'content_refused', message: expect.stringContaining(reason) }),
    );
  });

  it.each(['MAX_TOKENS', 'OTHER', 'MALFORMED_FUNCTION_CALL', 'NO_IMAGE', 'A_REASON_OF_NEXT_YEAR'])(
    'is not valid, if it ended for %s',
    (reason) => {
      expect(() => read(ended(reason))).toThrow(expect.objectContaining({ code: 'invalid_result' }));
    },
  );

  it('is paid for all the same', () => {
    const usageMetadata = { promptTokenCount: 1_290, candidatesTokenCount: 0 };
    const answer = { ...ended('SAFETY'), usageMetadata, modelVersion: 'gemini-3.5-flash-lite' };
    expect(() => read(recorded(answer))).toThrow(
      expect.objectContaining({
        code: 'content_refused',
        spent: {
          usage: { inputTokens: 1_290, outputTokens: 0 },
          cost: { currency: 'USD', amount: '0.000387' },
        },
      }),
    );
  });

  it('says that it was cut', () => {
    expect(() => read(ended('MAX_TOKENS'))).toThrow(/limit of tokens/);
  });

  it.each(['SAFETY', 'OTHER', 'BLOCKLIST', 'PROHIBITED_CONTENT', 'IMAGE_SAFETY'])(
    'is refused, if the page was blocked for %s before it was read',
    (blockReason) => {
      const blocked = recorded({
        promptFeedback: { blockReason },
        usageMetadata: { promptTokenCount: 1290 },
      });
      expect(() => read(blocked)).toThrow(
        expect.objectContaining({ code: 'content_refused', message: expect.stringContaining(blockReason) }),
      );
    },
  );

  it.each([
    ['no candidates', {}],
    ['a candidate without content', { candidates: [{ finishReason: 'STOP', index: 0 }] }],
    ['content without parts', { candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }] }],
    [
      'thoughts only',
      { candidates: [{ content: { parts: [{ text: 'Hm.', thought: true }] }, finishReason: 'STOP' }] },
    ],
  ])('is not valid, if it has %s', (_, answer) => {
    expect(() => read(recorded(answer))).toThrow(expect.objectContaining({ code: 'invalid_result' }));
  });
});

test('every reason to end that the SDK knows is decided on', () => {
  const whole = Object.values(FinishReason).filter((reason) => {
    try {
      return read(ended(reason)).lines.length === 0;
    } catch {
      return false;
    }
  });
  expect(whole).toEqual(['FINISH_REASON_UNSPECIFIED', 'STOP']);
});

test.each([
  { candidates: {} },
  { candidates: [null] },
  { candidates: [{ content: { parts: {} } }] },
  { candidates: [{ content: { parts: [null] } }] },
  { candidates: [{ content: { parts: [{ text: 7 }] } }] },
  { candidates: 'none' },
  { candidates: [], modelVersion: 7 },
])('%j is no answer, and no error of ours', (answer) => {
  expect(() => readingOf(answer, 'gemini-3.5-flash-lite', prices)).toThrow(
    expect.objectContaining({ name: 'ProviderError', code: 'invalid_result' }),
  );
});

test('an answer counts though what it says that it used is no count', () => {
  const answer = {
    candidates: [{ content: { parts: [{ text: '{"lines":["A"]}' }] } }],
    usageMetadata: { promptTokenCount: 'many' },
  };
  expect(readingOf(answer, 'gemini-3.5-flash-lite', prices).lines).toEqual([{ text: 'A' }]);
});
