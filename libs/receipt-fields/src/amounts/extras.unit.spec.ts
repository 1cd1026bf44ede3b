import type { ReceiptFieldName } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);

test.each<[string, string, Partial<Record<ReceiptFieldName, string>>]>([
  ['a tip', 'SUBTOTAL  25.23\nTIP  3.78\nTOTAL  29.01', { tip: '3.78', total: '29.01' }],
  [
    'a tip after a total',
    'SUBTOTAL  20.00\nTAX  2.00\nTOTAL  22.00\nTIP  4.00\nTOTAL  26.00',
    { tip: '4.00', total: '26.00' },
  ],
  [
    'a service charge',
    'SUBTOTAL  50.00\nSERVICE CHARGE 10%  5.00\nTOTAL  55.00',
    { serviceCharge: '5.00', subtotal: '50.00' },
  ],
  [
    'a rounding without a sign',
    'TOTAL  10.02\nROUNDING  0.02\nTOTAL DUE  10.00',
    { rounding: '-0.02', total: '10.00' },
  ],
  ['cash and change', 'TOTAL  7.10\nCASH  50.00\nCHANGE  42.90', { paid: '50.00', change: '42.90' }],
  ['savings are no total', 'TEA  4.00\nTOTAL  4.00\nTOTAL SAVINGS  9.00', { total: '4.00' }],
  ['points are no total', 'TEE  4,00\nSUMME  4,00\nPAYBACK Punkte  94,00', { total: '4.00' }],
  ['a total that nothing names', 'TEA  4.00\nCAKE  6.00\nT0-AL: --  10.00', { total: '10.00' }],
  [
    'the amount of an item is not the total',
    'Valor Total FCP  0,13\nLEITE COCO  6,69\nCAFE  12,98\nVALOR T0YAL  19,67',
    { total: '19.67' },
  ],
  [
    'a name that reads like a tip',
    'TIP GESCHIRRTÜCHER  5,99\nKIWI  2,49\nSUMME EUR  8,48',
    { total: '8.48' },
  ],
  ['spaces between groups of digits', 'Celkem  1 234,50 Kč', { total: '1234.50' }],
  [
    'whole numbers',
    '비빔밥  8,000\n합계  8,000원\n현금  10,000\n거스름돈  2,000',
    { total: '8000', change: '2000', currency: 'KRW' },
  ],
  [
    'whole crowns',
    'Kaffe  45\nTotalt  45 kr\nKontant  50 kr\nVäxel  5 kr\nMoms 12%  5',
    { total: '45.00', paid: '50.00' },
  ],
])('%s', (_, picture, fields) => {
  const receipt = read(picture);
  const found = Object.keys(fields).map((name) => [name, receipt[name as ReceiptFieldName]?.value]);
  expect(Object.fromEntries(found)).toEqual(fields);
});

test('a tip by hand that was not read is what the total has over the rest, and confirms nothing', () => {
  const { tip, checks } = read('Coffee  11.70\nSub-Total  11.70\nTax  1.17\nTip  $~16_\nTotal  14.50');
  expect(tip).toMatchObject({ value: '1.63' });
  expect(tip?.confidence).toBeLessThan(0.7);
  expect(checks).toContainEqual({ rule: 'sums_to_total', holds: false, difference: '1.63' });
});

test('a name that reads like a tip is no tip', () => {
  expect(read('TIP GESCHIRRTÜCHER  5,99\nKIWI  2,49\nSUMME EUR  8,48')).not.toHaveProperty('tip');
});

test('a discount belongs to the thing above it', () => {
  const { items, discounts } = read('TEA  4.00\nMEMBER SAVINGS  -0.50\nCAKE  6.00\nTOTAL  9.50');
  expect(items.map(({ amount, discount }) => [amount, discount])).toEqual([
    ['4.00', '0.50'],
    ['6.00', undefined],
  ]);
  expect(discounts).toMatchObject([{ description: 'MEMBER SAVINGS', amount: '0.50' }]);
});
