import { RECEIPT_FIELDS } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { completeResult } from '../complete-result.ts';
import { visionSchema } from './answer-schema.ts';
import { parseVisionAnswer } from './vision-answer.ts';

const parse = (answer: unknown) => parseVisionAnswer(JSON.stringify(answer), 'ACME');
const faultOf = (text: string | null) => {
  try {
    return parseVisionAnswer(text, 'ACME');
  } catch (error) {
    return error;
  }
};

/** All schemas within a schema. */
function* within(schema: unknown): Generator<Record<string, unknown>> {
  if (typeof schema !== 'object' || schema === null) return;
  if (!Array.isArray(schema)) yield schema as Record<string, unknown>;
  for (const part of Object.values(schema)) yield* within(part);
}

test('the schema is as strict as structured outputs ask: all required, null if unknown, nothing beside', () => {
  const objects = [...within(visionSchema)].filter(({ type }) => type === 'object');
  expect(objects).toHaveLength(5);
  for (const { properties, required, additionalProperties } of objects) {
    expect(required).toEqual(Object.keys(properties as object));
    expect(additionalProperties).toBe(false);
  }
  expect([...within(visionSchema)].filter(({ type }) => Array.isArray(type))).toEqual([]);
  const keys = new Set(
    [...within(visionSchema)].flatMap((part) => ('type' in part ? Object.keys(part) : [])),
  );
  const allowed = ['type', 'description', 'properties', 'required', 'additionalProperties', 'items', 'anyOf'];
  expect([...keys].filter((key) => !allowed.includes(key))).toEqual([]);
});

test('the schema has every field of a receipt, with what it holds', () => {
  const text = JSON.stringify(visionSchema);
  for (const { name, description } of RECEIPT_FIELDS) {
    expect(text).toContain(`"${name}":`);
    expect(text).toContain(JSON.stringify(description));
  }
});

test('lines and fields have neither boxes nor confidences', () => {
  const { lines, receipts, warnings } = parse({
    lines: ['ACME', ' TOTAL  9.54 ', '', 'two\nrows'],
    receipts: [
      { merchant: 'ACME', total: '9.54', date: null, items: [{ description: 'Tea', amount: '9.54' }] },
    ],
  });
  expect(lines).toEqual([{ text: 'ACME' }, { text: 'TOTAL  9.54' }, { text: 'two' }, { text: 'rows' }]);
  expect(receipts).toEqual([
    {
      merchant: { value: 'ACME' },
      total: { value: '9.54' },
      items: [{ description: 'Tea', quantity: null, unitPrice: null, amount: '9.54' }],
    },
  ]);
  expect(warnings).toEqual([]);
});

test('numbers that a model wrote as numbers are read, and what it left out is not known', () => {
  const { receipts } = parse({ lines: [], receipts: [{ total: 9.5, items: null }] });
  expect(receipts).toEqual([{ total: { value: '9.50' }, items: [] }]);
});

test('what could mean two things is not guessed, but said', () => {
  const { receipts, warnings } = parse({ lines: ['03/04/26'], receipts: [{ date: '03/04/2026' }] });
  expect(receipts).toEqual([{ items: [] }]);
  expect(warnings).toMatchObject([{ code: 'field_not_read', field: 'date' }]);
});

test.each([
  [null, 'answered nothing'],
  ['', 'answered nothing'],
  ['  \n', 'answered nothing'],
  ['{"lines": ["TOT', 'answered what is no JSON'],
  ['I cannot see a receipt.', 'answered what is no JSON'],
  ['[]', 'no reading of a page'],
  ['{"receipts": []}', 'no reading of a page'],
  ['{"lines": [{"text": 1}]}', 'no reading of a page'],
])('%j is no result, and permanent', (text, why) => {
  expect(faultOf(text)).toMatchObject({ code: 'invalid_result', message: expect.stringContaining(why) });
});

test('the answer becomes a result whose fields are checked against its text and sums', () => {
  const answer = parse({
    lines: ['ACME RETAIL SDN BHD', 'WIDGET 9.00', 'GST 6% 0.54', 'TOTAL RM 9.54'],
    receipts: [{ merchant: 'ACME RETAIL SDN BHD', subtotal: '9.00', tax: '0.54', total: '95.40' }],
  });
  const { json } = completeResult({
    pages: [{ width: 9, height: 9, rotation: 0, lines: [...answer.lines] }],
    receipts: answer.receipts,
    model: 'm',
  });
  const { text, receipt } = JSON.parse(new TextDecoder().decode(json));
  expect(text.split('\n')).toHaveLength(4);
  expect(receipt.total).toEqual({
    value: '95.40',
    checks: [
      { code: 'in_text', passed: false },
      { code: 'rules', passed: false },
      { code: 'sums', passed: false },
    ],
  });
  expect(receipt.currency).toMatchObject({ value: 'MYR' });
});
