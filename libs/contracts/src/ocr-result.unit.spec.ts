import { describe, expect, it } from 'vitest';
import {
  knownFields,
  RECEIPT_FIELDS,
  type Receipt,
  receiptSchema,
  saysSomething,
} from './ocr-result/receipt.ts';
import { type OcrResult, ocrResultSchema } from './ocr-result.ts';

const box = [0, 0, 120.5, 18];
const quad = [
  [0, 0],
  [120, 1],
  [120, 19],
  [0, 18],
];
const line = { text: 'TOTAL 4.50', confidence: 0.98, box, quad };
const field = { value: '4.50', confidence: 0.9, lines: [0], box, checks: [{ code: 'sum', passed: true }] };
const item = {
  description: 'Tea',
  quantity: '1',
  unitPrice: null,
  amount: '4.50',
  confidence: 1,
  lines: [0],
};
const page = { number: 1, width: 120, height: 18, rotation: 0, lines: [line] };
const empty = receiptSchema.parse({ pages: [1] });
const receipt = {
  ...empty,
  region: box,
  total: field,
  kind: { value: 'purchase' },
  cardLast4: { value: '4242' },
  items: [item, { ...item, taxRate: '6', discount: '0.50' }],
  discounts: [{ description: 'Loyalty', amount: '0.50' }],
  taxes: [{ rate: '6', net: '4.25', amount: '0.25', lines: [0] }],
  checks: [
    { rule: 'tax_at_rate', holds: true },
    { rule: 'sums_to_total', holds: false, difference: '0.50' },
  ],
};
const result = {
  schemaVersion: 2,
  markdown: '**TOTAL** 4.50',
  text: 'TOTAL 4.50',
  pages: [page],
  receipt,
  receipts: [receipt],
  warnings: [{ code: 'region_not_read', message: 'A stamp lies over it', page: 1, region: box }],
};
const accepts = (input: unknown) => ocrResultSchema.safeParse(input).success;

describe('the result of an execution', () => {
  it('survives being a string in ocrData', () => {
    const parsed: OcrResult = ocrResultSchema.parse(JSON.parse(JSON.stringify(result)));
    expect(parsed).toEqual(result);
  });

  it('may be an empty page, none, or one that could not be read', () => {
    const none = { ...result, receipt: null, receipts: [], warnings: [] };
    const error = { code: 'corrupt_document', message: 'The page cannot be decoded' };
    expect(accepts({ ...none, pages: [{ ...page, lines: [] }] })).toBe(true);
    expect(accepts({ ...none, pages: [{ ...page, lines: [], error }] })).toBe(true);
    expect(accepts({ ...none, markdown: '', text: '', pages: [] })).toBe(true);
  });

  it('may hold lines and fields of which nothing but the text is known', () => {
    const bare = { ...empty, total: { value: '4.50' }, phone: { value: '03-1234' } };
    const lines = [{ text: 'TOTAL 4.50' }];
    expect(accepts({ ...result, pages: [{ ...page, lines }], receipt: bare, receipts: [bare] })).toBe(true);
  });

  it('is refused with a line that cannot be', () => {
    const bad = [
      { confidence: 1.01 },
      { confidence: -0.01 },
      { confidence: Number.NaN },
      { confidence: null },
      { box: [0, 0, 1] },
      { box: [0, 0, 1, Number.POSITIVE_INFINITY] },
      { quad: box },
      { text: null },
    ];
    for (const change of bad)
      expect(accepts({ ...result, pages: [{ ...page, lines: [{ ...line, ...change }] }] })).toBe(false);
  });

  it('is refused with a page that cannot be', () => {
    for (const change of [
      { number: 0 },
      { rotation: 45 },
      { rotation: 360 },
      { width: -1 },
      { height: 1.5 },
      { lines: null },
      { error: { code: 'broken', message: 'no such code' } },
    ])
      expect(accepts({ ...result, pages: [{ ...page, ...change }] })).toBe(false);
  });

  it('is refused with a receipt that cannot be: amounts are text, what is unknown is left out', () => {
    for (const change of [
      { total: { ...field, value: 4.5 } },
      { total: { ...field, confidence: 2 } },
      { total: { ...field, lines: [-1] } },
      { phone: null },
      { kind: { value: 'gift' } },
      { cardLast4: { value: '424242424242' } },
      { pages: [0] },
      { items: null },
      { items: [{ ...item, quantity: 1 }] },
      { taxes: [{ rate: 6 }] },
      { discounts: [{ description: 'Loyalty' }] },
    ])
      expect(accepts({ ...result, receipt: { ...receipt, ...change } })).toBe(false);
  });

  it('is refused with a warning of no known code', () =>
    expect(accepts({ ...result, warnings: [{ code: 'odd', message: 'x' }] })).toBe(false));

  it.each(Object.keys(result))('is refused without its %s', (name) =>
    expect(accepts({ ...result, [name]: undefined })).toBe(false),
  );
});

describe('a receipt', () => {
  it('has null for what version 1 had null for, and leaves out what else is not known', () => {
    const names = RECEIPT_FIELDS.filter(({ always }) => always).map(({ name }) => [name, null]);
    expect(names).toHaveLength(9);
    expect(empty).toEqual({ pages: [1], ...Object.fromEntries(names), items: [] });
  });

  it('is known if any field or list has a value', () => {
    expect(saysSomething(empty)).toBe(false);
    const told: Partial<Receipt>[] = [
      { total: { value: '1' } },
      { kind: { value: 'refund' } },
      { taxes: [{ rate: '6' }] },
    ];
    for (const change of told) expect(saysSomething({ ...empty, ...change })).toBe(true);
    expect(knownFields({ ...empty, taxId: { value: 'DE1' }, date: { value: '2026-11-24' } })).toEqual([
      { name: 'date', title: 'Date', field: { value: '2026-11-24' } },
      { name: 'taxId', title: 'Tax ID', field: { value: 'DE1' } },
    ]);
  });
});
