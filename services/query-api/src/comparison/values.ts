import type { ReceiptFieldName } from '@inkstream/contracts';

const AMOUNTS: ReadonlySet<ReceiptFieldName> = new Set([
  'subtotal',
  'tax',
  'total',
  'tip',
  'serviceCharge',
  'rounding',
  'paid',
  'change',
]);

const PARTS = 1_000;

/** A decimal text as a whole number of thousandths, so that sums are exact; null if it is none. */
export function thousandths(decimal: string | null): number | null {
  if (decimal === null || !/^-?\d{1,12}(\.\d+)?$/.test(decimal)) return null;
  return Math.round(Number(decimal) * PARTS);
}

/** Such a number as a decimal text, with two places at least. */
export const decimalOf = (amount: number): string => (amount / PARTS).toFixed(amount % 10 === 0 ? 2 : 3);

/** Letters and digits alone, in one case; the text as it is if it has none. */
const plain = (text: string, between: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(between) ?? text;

/**
 * What a value means, so that two ways to write the same are equal: amounts by their size, times to the minute, numbers
 * of phones, taxes and receipts by their letters and digits, texts by their words.
 */
export function meaningOf(field: ReceiptFieldName, value: string): string {
  if (AMOUNTS.has(field)) return String(thousandths(value) ?? plain(value, ' '));
  switch (field) {
    case 'time':
      return value.slice(0, 5);
    case 'phone':
    case 'taxId':
    case 'receiptNumber':
      return plain(value, '');
    default:
      return plain(value, ' ');
  }
}
