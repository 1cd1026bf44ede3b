import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);
const taxes = (picture: string) =>
  (read(picture).taxes ?? []).map(({ rate, net, amount }) => [rate, net, amount]);

test.each([
  [
    'German, a table',
    'SUMME EUR  23,30\nMWST%  NETTO  MWST  BRUTTO\nB 7%  15,46  1,08  16,54\nC 19%  5,68  1,08  6,76',
    [
      ['7', '15.46', '1.08'],
      ['19', '5.68', '1.08'],
    ],
  ],
  [
    'Norwegian, rates without a sign',
    'TOTALT  kr 115,00\nMva%  Grunnlag  Mva  Sum\n15,00  100,00  15,00  115,00',
    [['15', '100.00', '15.00']],
  ],
  ['Turkish', 'TOPLAM  *110,00\nKDV %10  *10,00\nTOPKDV  *10,00', [[undefined, undefined, '10.00']]],
  [
    'Canadian, two on top',
    'SUBTOTAL  20.00\nGST 5%  1.00\nPST 7%  1.40\nTOTAL  $22.40',
    [
      ['5', '20.00', '1.00'],
      ['7', '20.00', '1.40'],
    ],
  ],
  [
    'Indian',
    'Sub Total  200.00\nCGST @ 2.5%  5.00\nSGST @ 2.5%  5.00\nGrand Total  Rs. 210.00',
    [
      ['2.5', '200.00', '5.00'],
      ['2.5', '200.00', '5.00'],
    ],
  ],
  [
    'a rate that slipped out of its row',
    'SUMME EUR  10,05\nMwSt  Netto  Steuer  Brutto\nB 7%  4,49  0,31  4,80\nC  4,41  0,84  5,25\n19%',
    [
      ['7', '4.49', '0.31'],
      ['19', '4.41', '0.84'],
    ],
  ],
  [
    'a tax that lost what stood before its point',
    'SUMME EUR  1,78\nMwSt  Netto  Steuer  Brutto\nD 19,00%  1,50  , 28  , 78',
    [['19', '1.50', '0.28']],
  ],
  ['Polish, inside', 'SUMA PLN  123,00\nPTU A 23%  23,00\nSUMA PTU  23,00', [['23', '100.00', '23.00']]],
  ['Australian, inside', 'TOTAL  $11.00\nGST INCLUDED  $1.00', [[undefined, undefined, '1.00']]],
  ['Japanese', '小計  ¥1,000\n消費税 10%  ¥100\n合計  ¥1,100', [['10', '1000', '100']]],
  [
    'a rate of nothing beside one',
    'TOTAL  10.60\nGST Summary  Amount  Tax\nS = 6%  10.00  0.60\nZ = 0%  0.00  0.00',
    [['6', '10.00', '0.60']],
  ],
])('%s', (_, picture, list) => {
  expect(taxes(picture)).toEqual(list);
});

test('the tax is the sum of the taxes', () => {
  expect(read('SUBTOTAL  20.00\nGST 5%  1.00\nPST 7%  1.40\nTOTAL  $22.40').tax?.value).toBe('2.40');
});
