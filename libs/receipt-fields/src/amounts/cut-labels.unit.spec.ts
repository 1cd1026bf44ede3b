import { expect, test } from 'vitest';
import { extractReceipt } from '../index.ts';
import { testPage } from '../spec-support/test-page.ts';

const read = (picture: string) => extractReceipt([testPage(picture)]);

test.each([
  ['idget  4.00\nadget  5.00\nubtotal  9.00\nax 6%  0.54\notal  9.54', '9.54', '9.00'],
  ['ain  4,00\nafé  5,00\nous-total  9,00\nPS 5%  0,45\notal  9,45', '9.45', '9.00'],
  ['rot  4,00\nenf  5,00\numme EUR  9,00\nar  10,00\nückgeld  1,00', '9.00', null],
  ['rot  4,00\nenf  5,00\nwischensumme  9,00\nedienung  1,00\nesamtbetrag  10,00', '10.00', '9.00'],
])('labels whose first letter is beyond the edge are labels: %s', (picture, total, subtotal) => {
  const receipt = read(picture);
  expect(receipt.total?.value).toBe(total);
  expect(receipt.subtotal?.value ?? null).toBe(subtotal);
});

test('what is left of a label is less sure than a whole one', () => {
  const [cut, whole] = ['OTAL', 'TOTAL'].map((label) => read(`ACME\nid  4.00\n${label}  9.54`).total);
  expect(cut?.value).toBe('9.54');
  expect(cut?.confidence).toBeLessThan((whole?.confidence ?? 0) - 0.05);
});

test('beside a whole label it is the name of a thing', () => {
  const { items } = read('ACME\nOTAL CREAM  4.00\nSOAP  5.00\nTOTAL  9.00');
  expect(items.map(({ amount }) => amount)).toEqual(['4.00', '5.00']);
});
