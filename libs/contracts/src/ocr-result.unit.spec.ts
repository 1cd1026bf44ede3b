import { describe, expect, it } from 'vitest';
import { type OcrResult, ocrResultSchema } from './ocr-result.ts';

const line = { text: 'TOTAL 4.50', confidence: 0.98, box: [0, 0, 120.5, 18] };
const field = { value: '4.50', confidence: 0.9, lines: [0] };
const item = {
  description: 'Tea',
  quantity: '1',
  unitPrice: null,
  amount: '4.50',
  confidence: 1,
  lines: [0],
};
const page = { width: 120, height: 18, rotation: 0, lines: [line] };
const receipt = {
  merchant: null,
  address: null,
  date: null,
  time: null,
  currency: null,
  total: field,
  subtotal: null,
  tax: null,
  paymentMethod: null,
  items: [item],
};
const result = { markdown: '**TOTAL** 4.50', text: 'TOTAL 4.50', pages: [page], receipt };
const accepts = (input: unknown) => ocrResultSchema.safeParse(input).success;

describe('the result of an execution', () => {
  it('survives being a string in ocrData', () => {
    const parsed: OcrResult = ocrResultSchema.parse(JSON.parse(JSON.stringify(result)));
    expect(parsed).toEqual(result);
  });

  it('may be an empty page, or none', () => {
    expect(accepts({ ...result, pages: [{ ...page, lines: [] }] })).toBe(true);
    expect(
      accepts({ markdown: '', text: '', pages: [], receipt: { ...receipt, total: null, items: [] } }),
    ).toBe(true);
  });

  it('is refused with a line that can not be', () => {
    const bad = [
      { confidence: 1.01 },
      { confidence: -0.01 },
      { confidence: Number.NaN },
      { box: [0, 0, 1] },
      { box: [0, 0, 1, Number.POSITIVE_INFINITY] },
      { text: null },
    ];
    for (const change of bad)
      expect(accepts({ ...result, pages: [{ ...page, lines: [{ ...line, ...change }] }] })).toBe(false);
  });

  it('is refused with a page that can not be', () => {
    for (const change of [
      { rotation: 45 },
      { rotation: 360 },
      { width: -1 },
      { height: 1.5 },
      { lines: null },
    ])
      expect(accepts({ ...result, pages: [{ ...page, ...change }] })).toBe(false);
  });

  it('is refused with a receipt that can not be: amounts are text, what is unknown is null', () => {
    for (const change of [
      { total: { ...field, value: 4.5 } },
      { total: { ...field, confidence: 2 } },
      { total: { ...field, lines: [-1] } },
      { merchant: undefined },
      { items: null },
      { items: [{ ...item, quantity: 1 }] },
    ])
      expect(accepts({ ...result, receipt: { ...receipt, ...change } })).toBe(false);
  });

  it.each(['markdown', 'text', 'pages', 'receipt'])('is refused without its %s', (name) =>
    expect(accepts({ ...result, [name]: undefined })).toBe(false),
  );
});
