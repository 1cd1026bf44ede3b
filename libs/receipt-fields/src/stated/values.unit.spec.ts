import { expect, test } from 'vitest';
import { amountIn, known, numberIn, valueIn } from './values.ts';

test.each([
  ['9.54', 'MYR', '9.54'],
  ['RM 1,234.5', 'MYR', '1234.50'],
  ['-5.00', null, '-5.00'],
  ['$9', 'USD', '9.00'],
  ['9,54', 'EUR', '9.54'],
  ['1.234,50', 'EUR', '1234.50'],
  ['1.899', 'EUR', '1.899'],
  ['1,500', 'JPY', '1500'],
  ['25.000', 'IDR', '25000'],
  ['0', null, '0.00'],
])('the amount %s of %s is %s', (text, currency, amount) => {
  expect(amountIn(text, currency)).toBe(amount);
});

test.each(['', 'see below', '9.54 or 9.45', '12345678901234567890', '24/11/2026'])(
  '%j is no amount',
  (text) => {
    expect(amountIn(text, 'EUR')).toBeNull();
  },
);

test.each([
  ['2', '2'],
  ['2 x', '2'],
  ['0.350', '0.35'],
  ['6%', '6'],
  ['8.250 %', '8.25'],
])('the number %s is %s', (text, number) => {
  expect(numberIn(text)).toBe(number);
});

test.each([
  ['date', '2026-11-24', '2026-11-24'],
  ['date', '24 Nov 2026', '2026-11-24'],
  ['date', '24/11/2026', '2026-11-24'],
  ['date', '03/04/2026', null],
  ['date', '2026-02-30', null],
  ['date', 'today', null],
  ['time', '18:05', '18:05'],
  ['time', '6:05:09 PM', '18:05:09'],
  ['time', '25:00', null],
  ['currency', 'eur', 'EUR'],
  ['currency', '$', null],
  ['country', 'de', 'DE'],
  ['country', 'Germany', null],
  ['language', 'DE-ch', 'de-CH'],
  ['language', 'German', null],
  ['cardLast4', '**** **** **** 1234', '1234'],
  ['cardLast4', '12', null],
  ['kind', 'Refund', 'refund'],
  ['kind', 'gift', null],
  ['total', 'RM 9.54', '9.54'],
  ['merchant', 'ACME', 'ACME'],
] as const)('%s: %s is %s', (name, text, value) => {
  expect(valueIn(name, text, 'MYR')).toBe(value);
});

test('what models write for nothing is nothing, and white space is single spaces', () => {
  for (const text of ['', ' ', 'N/A', 'na', 'null', 'None', 'unknown', '-', '—', null, undefined])
    expect(known(text)).toBeNull();
  expect(known(' 12, Jalan\n Contoh\u0000 ')).toBe('12, Jalan Contoh');
});

test.each(['1e21', '1E5', '0x10', '(5.00)'])('%s is no amount: a part of it would be a wrong one', (text) => {
  expect(valueIn('total', text, 'EUR')).toBeNull();
});
