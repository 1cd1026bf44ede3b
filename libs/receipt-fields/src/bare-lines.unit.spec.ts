import { RECEIPT_FIELDS, type Receipt } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { extractReceipt, toMarkdown, toText } from './index.ts';
import { testPage } from './spec-support/test-page.ts';

const page = testPage(`ACME RETAIL SDN BHD
12, JALAN CONTOH, 12345 REKAAN
DATE 24/11/2026 18:05
WIDGET 2 x 4.50 9.00
SUBTOTAL 9.00
GST 6% 0.54
TOTAL RM 9.54
CASH 10.00`);
const valuesOf = (receipt: Receipt) => [
  ...RECEIPT_FIELDS.map(({ name }) => receipt[name]?.value),
  ...receipt.items.map(({ description, quantity, amount }) => [description, quantity, amount]),
];
const whole = extractReceipt([page]);

test('lines without boxes have the fields that they have with boxes', () => {
  const lines = page.lines.map(({ box: _box, ...line }) => line);
  const receipt = extractReceipt([{ ...page, lines }]);
  expect(valuesOf(receipt)).toEqual(valuesOf(whole));
  expect(receipt).toMatchObject({
    total: { value: '9.54' },
    tax: { value: '0.54' },
    items: [{ quantity: '2' }],
  });
});

test('a box of zeros is no place: lines that have one are rows of their own, in text and Markdown too', () => {
  const lines = page.lines.map((line) => ({
    ...line,
    box: [0, 0, 0, 0] as [number, number, number, number],
  }));
  const pages = [{ ...page, lines }];
  expect(valuesOf(extractReceipt(pages))).toEqual(valuesOf(whole));
  expect(toText(pages)).toBe(toText([page]));
  expect(toMarkdown(pages, [whole])).toBe(toMarkdown([page], [whole]));
});

test('lines without a confidence have the same fields, and nobody says how sure they are', () => {
  const lines = page.lines.map(({ text }) => ({ text }));
  const receipt = extractReceipt([{ ...page, lines }]);
  expect(valuesOf(receipt)).toEqual(valuesOf(whole));
  const fields = RECEIPT_FIELDS.flatMap(({ name }) => receipt[name] ?? []);
  expect(fields.length).toBeGreaterThan(6);
  for (const field of [...fields, ...receipt.items]) {
    expect(field).not.toHaveProperty('confidence');
    expect(field.lines?.length).toBeGreaterThan(0);
  }
});
