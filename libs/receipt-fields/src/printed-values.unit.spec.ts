import { expect, it } from 'vitest';
import { readAmount, readDate } from './printed-values.ts';

it.each([
  ['RM 1,234.50', {}, '1234.50'],
  ['1.234,50 €', {}, '1234.50'],
  ['-5.00', {}, '-5.00'],
  ['34', {}, '34.00'],
  ['29.9', {}, '29.90'],
  ['¥1,200', { currency: 'JPY' }, '1200'],
  ['1.234', { currency: 'EUR', beside: ['3,50'] }, '1234.00'],
  ['TOTAL', {}, null],
])('reads the amount %s as %s, %s', (printed, hints, amount) => {
  expect(readAmount(printed, hints)).toBe(amount);
});

it('reads dates, and says nothing of one whose day and month could be either', () => {
  expect(readDate('05 Jul 2020')).toBe('2020-07-05');
  expect(readDate('2020-07-05')).toBe('2020-07-05');
  expect(readDate('25/07/2020')).toBe('2020-07-25');
  expect(readDate('05/07/2020')).toBeNull();
  expect(readDate('05/07/2020', 'mdy')).toBe('2020-05-07');
  expect(readDate('Thank you')).toBeNull();
});
