import { RECEIPT_FIELDS, type Receipt } from '@inkstream/contracts';
import { composeReceipt, pageOf, type ReceiptValues } from '@inkstream/testing';
import { expect, test } from 'vitest';
import { extractReceipt } from './index.ts';

const RECEIPTS = 100;
const fold = (text: string | null | undefined) => (text ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

const read = Array.from({ length: RECEIPTS }, (_, seed) => {
  const content = composeReceipt({ seed });
  return { truth: content.fields, receipt: extractReceipt([pageOf(content)]) };
});

function accuracy(right: (receipt: Receipt, truth: ReceiptValues) => boolean): number {
  return read.filter(({ receipt, truth }) => right(receipt, truth)).length / RECEIPTS;
}

/**
 * Every field that generated receipts have; a payment is printed in words of the country, and read as a name of ours.
 */
const told = RECEIPT_FIELDS.filter(
  ({ name }) => name !== 'paymentMethod' && read.some(({ truth }) => truth[name]),
);

test.each(told)('of a hundred generated receipts of four countries, $name is right in 95', ({ name }) => {
  expect(
    accuracy((receipt, truth) => fold(receipt[name]?.value) === fold(truth[name])),
  ).toBeGreaterThanOrEqual(0.95);
});

test('of a hundred generated receipts, 95 have all their items, with quantities and prices', () => {
  const items = (list: Receipt['items'] | ReceiptValues['items']) =>
    list.map(({ description, quantity, unitPrice, amount }) => [description, quantity, unitPrice, amount]);
  const same = accuracy(
    (receipt, truth) => JSON.stringify(items(receipt.items)) === JSON.stringify(items(truth.items)),
  );
  expect(same).toBeGreaterThanOrEqual(0.95);
});
