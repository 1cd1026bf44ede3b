import { type ReceiptField, receiptOf } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { compareFields } from './field-accuracy.ts';

const field = (value: string, confidence: number): ReceiptField => ({ value, confidence, lines: [] });
const receipt = receiptOf({
  pages: [1],
  merchant: field('Acme Retail Sdn. Bhd.', 0.9),
  date: field('2026-11-24', 0.8),
  total: field('12.50', 0.7),
  items: [],
});

test('each field of the key has a verdict, with the confidence that the receipt gave', () => {
  const key = {
    company: 'ACME RETAIL SDN BHD',
    date: '24/11/2026',
    address: '1, JALAN CONTOH',
    total: 'RM 12.60',
  };
  expect(compareFields(receipt, key)).toEqual({
    company: { right: true, confidence: 0.9 },
    date: { right: true, confidence: 0.8 },
    address: { right: false, confidence: 0 },
    total: { right: false, confidence: 0.7 },
  });
});

test('what the key lacks has no verdict', () => {
  expect(compareFields(receipt, { total: '12.5' })).toEqual({ total: { right: true, confidence: 0.7 } });
  expect(compareFields({ ...receipt, total: null }, { total: '0' }).total?.right).toBe(false);
});
