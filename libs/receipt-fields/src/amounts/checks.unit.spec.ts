import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);
const checks = (picture: string) =>
  Object.fromEntries(
    (read(picture).checks ?? []).map(({ rule, holds, difference }) => [rule, difference ?? holds]),
  );

const WHOLE = 'TEA  4.00\nCAKE  6.00\nSUBTOTAL  10.00\nTAX 6%  0.60\nTOTAL  10.60\nCASH  20.00\nCHANGE  9.40';

test('what adds up holds by every rule', () => {
  expect(checks(WHOLE)).toEqual({
    items_sum_to_subtotal: true,
    sums_to_total: true,
    paid_less_change: true,
    tax_at_rate: true,
  });
});

test.each([
  ['a price misread', ['CAKE  6.00', 'CAKE  8.00'], 'items_sum_to_subtotal', '-2.00'],
  ['a total misread', ['TOTAL  10.60', 'TOTAL  10.80'], 'sums_to_total', '0.20'],
])('%s: the difference is what is printed less what it should be', (_, [from, to], rule, difference) => {
  expect(checks(WHOLE.replace(from ?? '', to ?? ''))[rule]).toBe(difference);
});

test('discounts, tip and rounding are reckoned with', () => {
  expect(
    checks('TEA  4.00\nCAKE  6.00\nDISCOUNT  -1.00\nSUBTOTAL  9.00\nTAX  0.50\nTIP  2.00\nTOTAL  11.50'),
  ).toMatchObject({ items_sum_to_subtotal: true, sums_to_total: true });
});

test('a rule whose amounts are not on the receipt is left out', () => {
  expect(read('TOTAL  10.60')).not.toHaveProperty('checks');
});

test('a total that its sums make is surer than one that they do not', () => {
  const sure = read(WHOLE).total?.confidence ?? 0;
  expect(sure).toBeGreaterThan(0.95);
  expect(read('TEA  4.00\nCAKE  5.00\nTOTAL  10.60').total?.confidence).toBeLessThan(sure);
});
