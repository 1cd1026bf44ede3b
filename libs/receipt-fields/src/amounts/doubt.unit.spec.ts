import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const total = (picture: string) => extractReceipt([testPage(picture)]).total;

test.each([
  ['only the subtotal was read', 'WIDGET  4.00\nGADGET  5.00\nSUBTOTAL  9.00\nGST 6%  0.54\nTOTAL'],
  ['the total after rounding was not read', 'WIDGET  4.52\nGADGET  5.00\nTOTAL  9.52\nROUNDING  -0.02'],
  [
    'things bought and taxes agree on another',
    'Brot  4,00\nSenf  5,00\nSUMME EUR  6,00\nMwSt  Netto  Steuer  Brutto\nB 7%  8,41  0,59  9,00',
  ],
])('a total is not sure if %s', (_, picture) => {
  expect(total(picture)?.confidence ?? 0).toBeLessThan(0.7);
});

test.each([
  ['rounded', 'WIDGET  4.52\nGADGET  5.00\nTOTAL  9.52\nROUNDING  -0.02\nROUNDED TOTAL  9.50', '9.50'],
  ['taxes on top', 'WIDGET  4.00\nGADGET  5.00\nSUBTOTAL  9.00\nGST 6%  0.54\nTOTAL  9.54', '9.54'],
])('it is if its sums hold: %s', (_, picture, value) => {
  expect(total(picture)?.value).toBe(value);
  expect(total(picture)?.confidence).toBeGreaterThan(0.8);
});

test('the last digits of a card are no amount', () => {
  expect(total('Brot  2,40\nxqvz\nBankomat **** 8054')?.value).toBe('2.40');
});
