import type { Receipt } from '@inkstream/contracts';
import type { ReceiptKey } from './receipt-set.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Case folded, all but letters and digits removed. */
export function sameText(read: string, truth: string): boolean {
  const fold = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  return fold(read) === fold(truth);
}

export function sameAmount(read: string, truth: string): boolean {
  return Number(read) === Number(truth.replace(/[^\d.-]/g, ''));
}

/** A key's date as ISO 8601: day, month (by number or name), year of two or four digits; or already year first. */
export function isoDate(date: string): string | undefined {
  const parts = date
    .toLowerCase()
    .replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
    .match(/\d+|[a-z]+/g);
  if (parts === null || parts.length < 3) return undefined;
  const [first, middle, last] = parts as [string, string, string];
  const [year, month, day] = first.length === 4 ? [first, middle, last] : [last, middle, first];
  const named = months.indexOf(month.slice(0, 3)) + 1;
  const [y, m, d] = [Number(year.length === 2 ? `20${year}` : year), named || Number(month), Number(day)];
  return `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}

/** For each field that the key has, whether the receipt has the same. */
export function compareFields(receipt: Receipt, key: ReceiptKey): Partial<Record<keyof ReceiptKey, boolean>> {
  const { company, date, address, total } = key;
  return {
    ...(company && { company: sameText(receipt.merchant?.value ?? '', company) }),
    ...(date && { date: receipt.date?.value === isoDate(date) }),
    ...(address && { address: sameText(receipt.address?.value ?? '', address) }),
    ...(total && { total: receipt.total !== null && sameAmount(receipt.total.value, total) }),
  };
}
