import { receiptSchema } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { sumsOf } from './sums.ts';

const sums = (fields: Record<string, string>, items: string[] = [], lists: object = {}) =>
  sumsOf(
    receiptSchema.parse({
      pages: [1],
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }])),
      items: items.map((amount) => ({ description: 'x', amount })),
      ...lists,
    }),
  );

test.each([
  [
    { subtotal: '9.00', tax: '0.54', total: '9.54' },
    { subtotal: true, tax: true, total: true },
  ],
  [
    { subtotal: '9.00', tax: '0.54', total: '9.00' },
    { subtotal: true, tax: undefined, total: true },
  ],
  [
    { subtotal: '9.00', tax: '0.54', total: '8.00' },
    { subtotal: false, tax: false, total: false },
  ],
  [
    { subtotal: '9.00', tax: '12.00', total: '9.00' },
    { subtotal: true, tax: false, total: true },
  ],
  [
    { subtotal: '9.00', tax: '0.54', tip: '1.00', serviceCharge: '0.90', rounding: '0.01', total: '11.45' },
    { subtotal: true, tax: true, total: true },
  ],
  [{ paid: '10.00', change: '0.46', total: '9.54' }, { total: true }],
  [{ paid: '10.00', change: '0.46', total: '9.45' }, { total: false }],
  [{ total: '9.54' }, {}],
  [
    { subtotal: '-9.00', tax: '-0.54', total: '-9.54' },
    { subtotal: true, tax: true, total: true },
  ],
  [{ subtotal: '9.00' }, {}],
])('%j: %j', (fields, expected) => {
  expect(sums(fields)).toEqual(expected);
});

test('things bought make the total, with discounts', () => {
  expect(sums({ total: '12.00' }, ['4.50', '7.50'])).toEqual({ total: true });
  const discounts = [{ amount: '-2.00' }];
  expect(sums({ total: '10.00' }, ['4.50', '7.50'], { discounts })).toEqual({ total: true });
  expect(sums({ total: '11.00' }, ['4.50', '7.50'], { discounts })).toEqual({ total: false });
});

test('a thing without an amount says nothing of the total', () => {
  const items = [{ description: 'Tea', amount: '4.50' }, { description: 'Gift' }];
  expect(sums({ total: '12.00' }, [], { items })).toEqual({});
});
