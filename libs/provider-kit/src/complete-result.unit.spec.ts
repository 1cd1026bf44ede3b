import { createHash } from 'node:crypto';
import { type OcrPage, ocrResultSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { completeResult } from './complete-result.ts';
import { ProviderError, toFault } from './provider-error.ts';

const page: OcrPage = {
  width: 100,
  height: 100,
  rotation: 0,
  lines: [
    { text: 'Total 12.50', confidence: 0.9, box: [0, 0, 90, 10] },
    { text: 'Thank you', confidence: 0.9, box: [0, 20, 90, 30] },
  ],
};
const decode = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

describe('completeResult', () => {
  it('makes text, Markdown and fields from lines alone', () => {
    const result = completeResult({ pages: [page], model: 'm' });
    const { text, receipt, markdown } = ocrResultSchema.parse(decode(result.json));
    expect(text).toBe('Total 12.50\nThank you');
    expect(receipt.total?.value).toBe('12.50');
    expect(markdown).toContain('Thank you');
    expect(result).toMatchObject({ pages: 1, model: 'm' });
    expect(result.sha256).toBe(createHash('sha256').update(result.json).digest('hex'));
  });

  it('keeps what the provider says itself, and its own answer whole', () => {
    const { receipt } = ocrResultSchema.parse(decode(completeResult({ pages: [], model: 'm' }).json));
    const own = { ...receipt, total: { value: '9.00', confidence: 0.5, lines: [] } };
    const result = completeResult({
      pages: [page],
      model: 'm',
      receipt: own,
      markdown: '# Own',
      raw: { a: [1] },
    });
    expect(decode(result.json)).toMatchObject({ markdown: '# Own', receipt: { total: { value: '9.00' } } });
    expect(decode(result.raw)).toEqual({ a: [1] });
  });

  it('refuses what is not in the shape of a result', () => {
    const wrong = { ...page, lines: [{ text: 'x', confidence: 7, box: [0, 0, 1, 1] as const }] };
    const complete = () => completeResult({ pages: [wrong as unknown as OcrPage], model: 'm' });
    expect(complete).toThrow(expect.objectContaining({ code: 'invalid_result' }));
  });
});

describe('toFault', () => {
  it('lets a typed error speak, from whatever library', () => {
    expect(toFault(new ProviderError('rate_limited', 'slow down', 2_000))).toEqual({
      code: 'rate_limited',
      message: 'slow down',
      retryAfterMs: 2_000,
    });
    const other = Object.assign(new Error('locked'), { code: 'encrypted_document' });
    expect(toFault(other)).toEqual({ code: 'encrypted_document', message: 'locked' });
  });

  it('tells nothing of an unforeseen error', () => {
    const secret = Object.assign(new Error('at /srv/secret'), { code: 'ENOENT' });
    expect(toFault(secret)).toEqual({
      code: 'internal_error',
      message: 'The engine failed on this document',
    });
    expect(toFault('x').code).toBe('internal_error');
  });
});
