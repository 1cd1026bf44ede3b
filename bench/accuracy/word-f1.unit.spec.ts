import { expect, test } from 'vitest';
import { isoDate, sameAmount, sameText } from './field-accuracy.ts';
import { wordF1 } from './word-f1.ts';

test('word F1 compares multisets of case-folded words', () => {
  expect(wordF1(['Total 9.00', 'cash'], ['TOTAL', 'CASH', '9.00'])).toBe(1);
  expect(wordF1(['a a b'], ['a c'])).toBeCloseTo((2 * 1) / 5);
  expect(wordF1([], [])).toBe(1);
});

test.each([
  ['20/12/2017', '2017-12-20'],
  ['05-MAR-18', '2018-03-05'],
  ['2018-03-05', '2018-03-05'],
  ['20180305', '2018-03-05'],
])('the key date %s is %s', (date, iso) => {
  expect(isoDate(date)).toBe(iso);
});

test('fields are compared without case, signs and currency', () => {
  expect(sameText('ABC Sdn. Bhd.', 'abc SDN BHD')).toBe(true);
  expect(sameAmount('73.00', 'RM73.0')).toBe(true);
});
