import { createHash } from 'node:crypto';
import { ocrResultSchema, type RecognisedPage, upcastResultText } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { completeResult } from './complete-result.ts';
import { ProviderError, toFault } from './provider-error.ts';

const page: RecognisedPage = {
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
    const { text, receipt, receipts, markdown, pages } = ocrResultSchema.parse(decode(result.json));
    expect(text).toBe('Total 12.50\nThank you');
    expect(receipt?.total?.value).toBe('12.50');
    expect(receipts).toEqual([receipt]);
    expect(receipt?.pages).toEqual([1]);
    expect(pages).toEqual([{ ...page, number: 1 }]);
    expect(markdown).toContain('Thank you');
    expect(result).toMatchObject({ pages: 1, model: 'm' });
    expect(result.sha256).toBe(createHash('sha256').update(result.json).digest('hex'));
  });

  it('makes them from lines of which nothing but the text is known, and adds nothing to it', () => {
    const lines = [{ text: 'Total 12.50' }, { text: 'Thank you' }];
    const { text, receipt, pages } = ocrResultSchema.parse(
      decode(completeResult({ pages: [{ ...page, lines }], model: 'm' }).json),
    );
    expect(text).toBe('Total 12.50\nThank you');
    expect(receipt?.total).toEqual({ value: '12.50', lines: [0] });
    expect(pages[0]?.lines).toEqual(lines);
  });

  it('says of a receipt that it is on the pages that were read alone', () => {
    const error = { code: 'corrupt_document', message: 'It is damaged' } as const;
    const away = { ...page, lines: [], error };
    const half = { ...page, error };
    for (const receipts of [undefined, [{ total: { value: '12.50' } }]]) {
      const { json } = completeResult({
        pages: [page, away, half],
        model: 'm',
        ...(receipts && { receipts }),
      });
      expect(ocrResultSchema.parse(decode(json)).receipt?.pages).toEqual([1, 3]);
    }
  });

  it('writes a version that is passed on without being read again', () => {
    const text = new TextDecoder().decode(completeResult({ pages: [page], model: 'm' }).json);
    expect(upcastResultText(text)).toBe(text);
    expect(text).toMatch(/^\{"schemaVersion":2,/);
  });

  it('has no receipt if no field is known', () => {
    const none = { receipt: null, receipts: [] };
    expect(decode(completeResult({ pages: [], model: 'm' }).json)).toMatchObject(none);
    expect(decode(completeResult({ pages: [page], model: 'm', receipts: [{}] }).json)).toMatchObject(none);
  });

  it('keeps what the provider says itself, and its own answer whole', () => {
    const total = { value: '9.00' };
    const result = completeResult({
      pages: [page, page],
      model: 'm',
      receipts: [
        { total, kind: { value: 'purchase' } },
        { pages: [2], region: [0, 0, 50, 50], total },
      ],
      markdown: '# Own',
      raw: { a: [1] },
    });
    const { markdown, receipts } = ocrResultSchema.parse(decode(result.json));
    expect(markdown).toBe('# Own');
    expect(receipts).toMatchObject([
      { pages: [1, 2], merchant: null, total, kind: { value: 'purchase' } },
      { pages: [2], region: [0, 0, 50, 50], total },
    ]);
    expect(receipts[1]).not.toHaveProperty('kind');
    expect(decode(result.raw)).toEqual({ a: [1] });
  });

  it('warns of what was not read: each page with an error, and what the provider says', () => {
    const error = { code: 'corrupt_document', message: 'The page cannot be decoded' } as const;
    const own = { code: 'script_not_read', message: 'Thai', page: 1 } as const;
    const result = completeResult({
      pages: [page, { ...page, lines: [], error }],
      model: 'm',
      warnings: [own],
    });
    expect(decode(result.json)).toMatchObject({
      pages: [{ number: 1 }, { number: 2, error }],
      receipt: { total: { value: '12.50' } },
      warnings: [own, { code: 'page_not_read', message: error.message, page: 2 }],
    });
  });

  it('keeps the name of the model within bounds, since it goes into an event', () => {
    expect(completeResult({ pages: [page], model: 'm'.repeat(1_000_000) }).model).toBe('m'.repeat(200));
  });

  it('refuses what is not in the shape of a result', () => {
    const wrong = { ...page, lines: [{ text: 'x', confidence: 7, box: [0, 0, 1, 1] as const }] };
    const complete = () => completeResult({ pages: [wrong as unknown as RecognisedPage], model: 'm' });
    expect(complete).toThrow(expect.objectContaining({ code: 'invalid_result' }));
    const receipts = [{ cardLast4: { value: '4242424242424242' } }];
    expect(() => completeResult({ pages: [page], model: 'm', receipts })).toThrow(
      /must be four digits \(0\.cardLast4\.value\)/,
    );
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
