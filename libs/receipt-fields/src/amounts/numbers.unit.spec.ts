import { expect, test } from 'vitest';
import { format } from './decimal.ts';
import { decimalMark, type NumberStyle, numbersIn, parseNumber } from './numbers.ts';

const point: NumberStyle = { decimal: '.', minorDigits: 2 };
const comma: NumberStyle = { decimal: ',', minorDigits: 2 };
const yen: NumberStyle = { decimal: '.', minorDigits: 0 };

test.each([
  ['1,234.50', point, '1234.50'],
  ['1.234,50', comma, '1234.50'],
  ["1'234.50", point, '1234.50'],
  ['1,23,456.00', point, '123456.00'],
  ['0,89', comma, '0.89'],
  ['12.-', point, '12'],
  ['.05', point, '0.05'],
  ['1,200', yen, '1200'],
  ['1,200', point, '1200'],
  ['1,200', comma, '1.200'],
])('%s is a number', (written, style, value) => {
  const parsed = parseNumber(written, style);
  expect(parsed && format(parsed)).toBe(value);
});

test.each(['12.04.2018', '1,23,4', '1234567890123456'])('%s is none', (written) => {
  expect(parseNumber(written, point)).toBeNull();
});

const money = (text: string, style = point) =>
  numbersIn(text, style)
    .filter((number) => number.money)
    .map(({ value }) => format(value));

test.each([
  ['WIDGET 2 x 4.50   9.00 S', ['4.50', '9.00']],
  ['RM 12', ['12']],
  ['$7', ['7']],
  ['Covers 6', []],
  ['GST 6.00%', []],
  ['24/11/2026 18:05', []],
  ['DISCOUNT -1.50', ['-1.50']],
  ['REFUND 1.50-', ['-1.50']],
  ['RM-0.02', ['-0.02']],
  ['TOTAL 12. 50', ['12.50']],
  ['TOTAL 1O.O0', ['10.00']],
  ['WIDGET RMB.99', ['8.99']],
  ['WIDGET $ O.50', ['0.50']],
])('the sums in "%s"', (text, sums) => {
  expect(money(text)).toEqual(sums);
});

test('thousands set apart by a space are one number if a comma divides', () => {
  expect(money('SUMME 1 234,50', comma)).toEqual(['1234.50']);
});

test('the mark that most amounts end in divides', () => {
  expect(decimalMark(['1,50', '2,00', '1.234,00', '3.10'])).toBe(',');
  expect(decimalMark(['1.50', '1,234.00'])).toBe('.');
});
