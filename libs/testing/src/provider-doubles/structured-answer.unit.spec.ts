import { expect, test } from 'vitest';
import { structuredAnswer } from './structured-answer.ts';

const piece = (text: string, left: number, top: number) => ({
  text,
  confidence: 0.9,
  box: [left, top, left + 80, top + 20] as [number, number, number, number],
});
const picture = {
  hash: 'a',
  width: 200,
  height: 100,
  rotation: 0 as const,
  lines: [piece('ACME', 0, 0), piece('TOTAL', 0, 30), piece('9.54', 100, 31)],
  fields: {
    merchant: 'ACME',
    total: '9.54',
    tax: null,
    items: [{ description: 'Widget', quantity: '2', unitPrice: null, amount: '9.54' }],
  },
};
const answer = (schema: object) => JSON.parse(structuredAnswer(schema, [picture]));
const orNull = (type: string) => ({ anyOf: [{ type }, { type: 'null' }] });

test('fills a schema by the names of its properties, with null for what is not known', () => {
  const item = {
    type: 'object',
    properties: { description: { type: 'string' }, unitPrice: orNull('string') },
  };
  const receipt = {
    type: 'object',
    properties: {
      merchant: orNull('string'),
      tax: { type: ['string', 'null'] },
      phone: orNull('string'),
      items: { type: 'array', items: { $ref: '#/$defs/item' } },
    },
  };
  const schema = {
    type: 'object',
    $defs: { item },
    properties: {
      lines: { type: 'array', items: { type: 'string' } },
      receipts: { type: 'array', items: receipt },
    },
  };
  expect(answer(schema)).toEqual({
    lines: ['ACME', 'TOTAL 9.54'],
    receipts: [
      { merchant: 'ACME', tax: null, phone: null, items: [{ description: 'Widget', unitPrice: null }] },
    ],
  });
});

test('fills objects with a value, numbers and enumerations, and leaves out what it may', () => {
  const schema = {
    type: 'object',
    properties: {
      total: { type: 'object', properties: { value: { type: 'number' } } },
      merchant: { enum: ['ACME', 'other'] },
      tip: { type: 'string' },
      phone: { type: 'string' },
      lines: { type: 'array', items: { type: 'object', properties: { text: { type: 'string' } } } },
    },
    required: ['phone'],
  };
  expect(answer(schema)).toEqual({
    total: { value: 9.54 },
    merchant: 'ACME',
    phone: '',
    lines: [{ text: 'ACME' }, { text: 'TOTAL 9.54' }],
  });
});
