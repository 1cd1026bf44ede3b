import type { Receipt, ReceiptField } from '@inkstream/contracts';
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

/** Whether a field is the key's, and the probability that the receipt gives it: 0 where it has none. */
export type Verdict = { readonly right: boolean; readonly confidence: number };

/** A verdict for each field that the key has. */
export function compareFields(receipt: Receipt, key: ReceiptKey): Partial<Record<keyof ReceiptKey, Verdict>> {
  const verdict = (
    field: ReceiptField | null,
    truth: string | undefined,
    same: (read: string, truth: string) => boolean,
  ): Verdict | undefined =>
    truth ? { right: same(field?.value ?? '', truth), confidence: field?.confidence ?? 0 } : undefined;
  const { merchant, date, address, total } = receipt;
  const verdicts = {
    company: verdict(merchant, key.company, sameText),
    date: verdict(date, key.date, (read, truth) => read === isoDate(truth)),
    address: verdict(address, key.address, sameText),
    total: verdict(total, key.total, (read, truth) => read !== '' && sameAmount(read, truth)),
  };
  return Object.fromEntries(Object.entries(verdicts).filter(([, found]) => found !== undefined));
}
