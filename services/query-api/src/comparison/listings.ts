import type { Receipt, ReceiptDiscount, ReceiptItem, ReceiptTax } from '@inkstream/contracts';
import { type Listing, sumOf } from './entry-lists.ts';
import { decimalOf, meaningOf, thousandths } from './values.ts';

type ShownItem = Pick<ReceiptItem, 'description' | 'quantity' | 'unitPrice' | 'amount'>;

/** The same if their amounts are, or their words if those are not known. */
export const ITEMS: Listing<ReceiptItem, ShownItem> = {
  of: ({ items }) => items,
  keyOf: ({ amount, description }) => String(thousandths(amount) ?? meaningOf('merchant', description)),
  amountOf: ({ amount }) => amount,
  shown: ({ description, quantity, unitPrice, amount }) => ({ description, quantity, unitPrice, amount }),
};

/** The same if their amounts are, or their rates if those are not known: many providers leave out one of them. */
export const TAXES: Listing<ReceiptTax, Omit<ReceiptTax, 'confidence' | 'lines' | 'box'>> = {
  of: ({ taxes = [] }) => taxes,
  keyOf: ({ amount = null, rate = null }) => String(thousandths(amount) ?? `rate ${thousandths(rate)}`),
  amountOf: ({ amount = null }) => amount,
  shown: ({ confidence, lines, box, ...tax }) => tax,
};

/** Of an amount that is taken off, the sign is a matter of taste. */
const sizeOf = (amount: string): number | null => {
  const size = thousandths(amount);
  return size === null ? null : Math.abs(size);
};

/** The same if the sizes of their amounts are. */
export const DISCOUNTS: Listing<ReceiptDiscount, Omit<ReceiptDiscount, 'confidence' | 'lines' | 'box'>> = {
  of: ({ discounts = [] }) => discounts,
  keyOf: ({ amount }) => String(sizeOf(amount) ?? amount),
  amountOf: ({ amount }) => {
    const size = sizeOf(amount);
    return size === null ? null : decimalOf(size);
  },
  shown: ({ confidence, lines, box, ...discount }) => discount,
};

/** What the items of a receipt may come to, thousandths: without its discounts, and less them; nothing if not known. */
export function sumsOf(receipt: Receipt): number[] {
  const sum = sumOf(receipt.items.map(ITEMS.amountOf));
  const less = sumOf((receipt.discounts ?? []).map(({ amount }) => amount));
  if (sum === null) return [];
  return less ? [sum, sum - Math.abs(less)] : [sum];
}
