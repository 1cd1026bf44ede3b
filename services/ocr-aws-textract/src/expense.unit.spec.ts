import type { ExpenseField } from '@aws-sdk/client-textract';
import { expect, it } from 'vitest';
import { linesOf, receiptOf } from './expense.ts';

const size = { width: 200, height: 1_000 };
const at = (Left: number, Top: number, Width = 0.5, Height = 0.02) => ({
  BoundingBox: { Left, Top, Width, Height },
});
const field = (type: string, text: string, code?: string): ExpenseField => ({
  Type: { Text: type },
  ValueDetection: { Text: text, Confidence: 96, Geometry: at(0.25, 0.5) },
  ...(code !== undefined && { Currency: { Code: code, Confidence: 80 } }),
});
const placed = { confidence: 0.96, box: [50, 500, 150, 520] };

it('tells lines in pixels and probabilities, and boxes end at the page', () => {
  const line = { BlockType: 'LINE', Text: 'TOTAL 9.90', Confidence: 87.5 } as const;
  const blocks = [
    { BlockType: 'PAGE' as const, Geometry: at(0, 0, 1, 1) },
    { ...line, Geometry: at(0.25, 0.5) },
    { ...line, Geometry: at(-0.1, 0.99) },
    { BlockType: 'WORD' as const, Text: 'TOTAL' },
    { BlockType: 'LINE' as const, Text: 'somewhere' },
  ];
  expect(linesOf([{ Blocks: blocks }], size)).toEqual([
    { text: 'TOTAL 9.90', confidence: 0.875, box: [50, 500, 150, 520] },
    { text: 'TOTAL 9.90', confidence: 0.875, box: [0, 990, 80, 1_000] },
    { text: 'somewhere' },
  ]);
});

it('tells fields as values, with their places', () => {
  const receipt = receiptOf(
    {
      SummaryFields: [
        field('VENDOR_NAME', 'WARUNG\nPAK MAN'),
        field('INVOICE_RECEIPT_DATE', '05 Jul 2020'),
        field('TOTAL', 'RM 1,029.20', 'MYR'),
        field('TAX', '1.65'),
        field('OTHER', 'whatever'),
      ],
      LineItemGroups: [
        {
          LineItems: [
            {
              LineItemExpenseFields: [
                field('ITEM', 'TEH TARIK'),
                field('QUANTITY', '2 x'),
                field('PRICE', '5.00'),
              ],
            },
            { LineItemExpenseFields: [field('QUANTITY', '7')] },
          ],
        },
      ],
    },
    size,
  );
  expect(receipt).toEqual({
    merchant: { value: 'WARUNG, PAK MAN', ...placed },
    date: { value: '2020-07-05', ...placed },
    currency: { value: 'MYR', confidence: 0.8 },
    total: { value: '1029.20', ...placed },
    tax: { value: '1.65', ...placed },
    items: [{ description: 'TEH TARIK', quantity: '2', unitPrice: null, amount: '5.00', ...placed }],
  });
});

it('leaves out what it cannot be sure of: a sum of taxes, a date whose day and month could be either', () => {
  const { tax, date, total } = receiptOf(
    {
      SummaryFields: [
        field('TAX', '1.65'),
        field('TAX', '0.35'),
        field('INVOICE_RECEIPT_DATE', '05/07/2020'),
        field('TOTAL', 'see below'),
        field('AMOUNT_DUE', '29,20 €'),
      ],
    },
    size,
  );
  expect([tax, date, total?.value]).toEqual([undefined, undefined, '29.20']);
});

it('keeps a row of which it found the price alone: without it the sum would not be that of the items', () => {
  const LineItems = [{ LineItemExpenseFields: [field('PRICE', '5.00'), field('QUANTITY', '2')] }];
  expect(receiptOf({ LineItemGroups: [{ LineItems }] }, size)).toEqual({
    items: [{ description: '', quantity: '2', unitPrice: null, amount: '5.00', ...placed }],
  });
});

it('knows no currency where the code is none', () => {
  expect(receiptOf({ SummaryFields: [field('TOTAL', '9.90', 'ringgit')] }, size)).not.toHaveProperty(
    'currency',
  );
});
