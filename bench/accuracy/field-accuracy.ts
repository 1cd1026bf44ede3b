import type { Receipt, ReceiptFieldName } from '@inkstream/contracts';
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

/** What the data set has the truth of, by its own names: which field it is, and whether what was read is the same. */
export const KEYS = {
  company: { field: 'merchant', same: sameText },
  date: { field: 'date', same: (read, truth) => read === isoDate(truth) },
  address: { field: 'address', same: sameText },
  total: { field: 'total', same: (read, truth) => read !== '' && sameAmount(read, truth) },
} as const satisfies Record<
  keyof ReceiptKey,
  { field: ReceiptFieldName; same: (read: string, truth: string) => boolean }
>;

/** Whether a field is the key's, and the probability that the receipt has for it: 0 if it has none. */
export type Verdict = { readonly right: boolean; readonly confidence: number };

/** A verdict for each field that the key has. */
export function compareFields(receipt: Receipt, key: ReceiptKey): Partial<Record<keyof ReceiptKey, Verdict>> {
  const verdicts = Object.entries(KEYS).flatMap(([name, { field, same }]) => {
    const truth = key[name as keyof ReceiptKey];
    const { value = '', confidence = 0 } = receipt[field] ?? {};
    return truth ? [[name, { right: same(value, truth), confidence }]] : [];
  });
  return Object.fromEntries(verdicts);
}
