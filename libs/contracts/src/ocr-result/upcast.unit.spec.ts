import { expect, it } from 'vitest';
import { ocrResult } from '../openapi/samples.ts';
import { UnknownResultVersionError, upcastResult, upcastResultText } from './upcast.ts';

const nothing = {
  merchant: null,
  address: null,
  date: null,
  time: null,
  currency: null,
  total: null,
  subtotal: null,
  tax: null,
  paymentMethod: null,
  items: [],
};
/** As Inkstream 0.1 stored it. */
const first = {
  markdown: '# ACME',
  text: 'ACME\n\nTOTAL 4.50',
  pages: [
    { width: 120, height: 18, rotation: 0, lines: [{ text: 'ACME', confidence: 1, box: [0, 0, 40, 18] }] },
    {
      width: 18,
      height: 120,
      rotation: 90,
      lines: [{ text: 'TOTAL 4.50', confidence: 0.5, box: [0, 0, 9, 9] }],
    },
  ],
  receipt: {
    ...nothing,
    merchant: { value: 'ACME', confidence: 0.9, lines: [0] },
    items: [
      { description: 'Tea', quantity: '1', unitPrice: null, amount: '4.50', confidence: 1, lines: [1] },
    ],
  },
};

it('a result without a version is of version 1: its pages get numbers, its receipt becomes one of many', () => {
  const receipt = { pages: [1, 2], ...first.receipt };
  expect(upcastResult(first)).toEqual({
    schemaVersion: 2,
    ...first,
    pages: first.pages.map((page, at) => ({ number: at + 1, ...page })),
    receipt,
    receipts: [receipt],
    warnings: [],
  });
});

it('a result of version 1 of which no field was known has no receipt', () => {
  expect(upcastResult({ ...first, receipt: nothing })).toMatchObject({ receipt: null, receipts: [] });
});

it("the text of a result of today's version is passed on as it is", () => {
  const text = JSON.stringify({ ...ocrResult, later: 'a field more' });
  expect(upcastResultText(text)).toBe(text);
  expect(JSON.parse(upcastResultText(JSON.stringify(first)))).toEqual(upcastResult(first));
});

it('a result of a later version, or of an impossible one, is refused', () => {
  for (const schemaVersion of [3, 22, 0, 1.5, '2', null])
    expect(() => upcastResultText(JSON.stringify({ ...ocrResult, schemaVersion }))).toThrow(
      UnknownResultVersionError,
    );
});

it('what is not what its version says is refused', () => {
  for (const text of ['', '{}', '[]', 'null', '{"text":"TOTAL"}', JSON.stringify({ ...first, pages: [7] })])
    expect(() => upcastResultText(text)).toThrow();
});
