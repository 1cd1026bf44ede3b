import { expect, test } from 'vitest';
import { ANNOTATION, receiptsByPage } from './annotation.ts';

const texts = ['ACME RETAIL\nWidget 4.50\nTOTAL 9.54', 'CAFE LUNA\nEspresso 3.00\nTOTAL 9.54', ''];
const annotation = (receipts: unknown) => JSON.stringify({ receipts });

test('asks for receipts by the schema of all models, and not for the text again', () => {
  const schema = ANNOTATION.documentAnnotationFormat?.jsonSchema?.schemaDefinition;
  expect(Object.keys(schema?.properties)).toEqual(['receipts']);
  expect(JSON.stringify(schema)).toContain('"merchant"');
});

test('a receipt is on the page that has most of its values', () => {
  const luna = { merchant: 'Cafe Luna', total: '9.54', items: [{ description: 'Espresso', amount: 3.0 }] };
  const acme = { merchant: 'ACME RETAIL', total: 9.54 };
  const pages = receiptsByPage(annotation([luna, acme, { total: '1.00' }]), texts);
  const merchants = pages?.map(({ receipts }) => receipts.map(({ merchant }) => merchant?.value));
  expect(merchants).toEqual([['ACME RETAIL', undefined], ['Cafe Luna'], []]);
});

test('no receipts are none', () => {
  for (const receipts of [[], null])
    expect(receiptsByPage(annotation(receipts), texts)?.flatMap((page) => page.receipts)).toEqual([]);
});

test.each(['{"receipts":', '[]', '{}', '"none"', annotation(['none']), annotation([{ items: 'none' }])])(
  '%s is no annotation',
  (text) => {
    expect(receiptsByPage(text, texts)).toBeNull();
  },
);
