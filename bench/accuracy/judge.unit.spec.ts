import { receiptOf } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';
import { sameMerchant } from './same-text.ts';

const receipt = receiptOf({
  pages: [1],
  merchant: { value: 'Bäckerei Sommer GmbH', confidence: 0.9 },
  date: { value: '2026-11-24', confidence: 0.8 },
  total: { value: '12.50', confidence: 0.7 },
  taxes: [
    { amount: '1.10', confidence: 0.9 },
    { amount: '0.40', confidence: 0.6 },
  ],
  items: [
    { description: 'Brot', quantity: null, unitPrice: null, amount: '4.00' },
    { description: 'Brot', quantity: null, unitPrice: null, amount: '4.00' },
    { description: 'Pfand', quantity: null, unitPrice: null, amount: '-0.25' },
  ],
});
const result = { receipt, text: 'BACKEREI SOMMER\nBrot 4,00', pages: [] };

test('what the truth tells is judged, by any of its alternatives', () => {
  const { fields } = judge(result, {
    language: 'de',
    kind: 'photo',
    merchant: ['Bäckerei Sommer'],
    date: '2026-11-25',
    total: [12.5, 12.55],
    tax: 1.5,
    currency: 'EUR',
    snippets: [],
  });
  expect(fields).toEqual({
    merchant: { right: true, given: true, confidence: 0.9 },
    date: { right: false, given: true, confidence: 0.8 },
    total: { right: true, given: true, confidence: 0.7 },
    tax: { right: true, given: true, confidence: 0.6 },
    currency: { right: false, given: false, confidence: 0 },
  });
});

test('items are counted by their amounts, each once; snippets with and without accents', () => {
  const { items, snippets } = judge(result, {
    language: 'de',
    kind: 'photo',
    items: [{ amount: 4 }, { amount: 2 }],
    snippets: ['Bäckerei', 'Brot', 'Milch'],
  });
  expect(items).toEqual({ hit: 1, wanted: 2, found: 2 });
  expect(snippets).toEqual([
    { exact: false, folded: true },
    { exact: true, folded: true },
    { exact: false, folded: false },
  ]);
});

test.each([
  ['Aldi GmbH & Co. KG', 'ALDI', true],
  ['LIDL', 'Lidl Eire', true],
  ['REWE', 'EDEKA', false],
  ['', 'EDEKA', false],
  ['Sommer', 'Backerei Sommer Filiale am grossen Markt in Wurzburg', false],
])('%j for %j: %s', (got, accepted, same) => {
  expect(sameMerchant(got, [accepted])).toBe(same);
});
