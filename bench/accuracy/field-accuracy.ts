import type { Receipt } from '@inkstream/contracts';

/** The truth of a receipt as the SROIE challenge gives it. A key that is missing is not scored. */
export interface FieldKey {
  readonly company?: string;
  readonly date?: string;
  readonly address?: string;
  readonly total?: string;
}

/** Whether each field of the key was read rightly. */
export type FieldScores = Partial<Record<keyof FieldKey, boolean>>;

/**
 * Scores the fields that the key has: company and address case-folded with all but letters and digits removed, the
 * total as a number, the date as a calendar date.
 */
export function scoreFields(receipt: Receipt, key: FieldKey): FieldScores {
  const scores: FieldScores = {};
  if (key.company) scores.company = folded(receipt.merchant?.value ?? '') === folded(key.company);
  if (key.address) scores.address = folded(receipt.address?.value ?? '') === folded(key.address);
  if (key.total) scores.total = minorUnits(receipt.total?.value ?? '') === minorUnits(key.total);
  if (key.date) scores.date = receipt.date?.value === calendarDate(key.date);
  return scores;
}

/** Mean over the receipts that have the key, for each field; null where none has it. */
export function fieldAccuracy(scores: readonly FieldScores[]): Record<keyof FieldKey, number | null> {
  const mean = (field: keyof FieldKey) => {
    const scored = scores.flatMap(({ [field]: score }) => (score === undefined ? [] : [score]));
    return scored.length === 0 ? null : scored.filter(Boolean).length / scored.length;
  };
  return { company: mean('company'), date: mean('date'), address: mean('address'), total: mean('total') };
}

const folded = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Hundredths in "RM 1,007.50", "$7.60", "8"; null where no number is. */
function minorUnits(text: string): bigint | null {
  const match = /(\d[\d,]*)(?:\.(\d{1,2}))?/.exec(text);
  if (!match) return null;
  return BigInt(match[1]!.replaceAll(',', '')) * 100n + BigInt((match[2] ?? '').padEnd(2, '0'));
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Keys write the day first ("30/03/18", "14/JUN/2017", "22 MAR 2018") or the year ("20180304", "2018/02/22"). */
export function calendarDate(text: string): string | null {
  const compact = /^(\d{4})[/.-]?(\d{2})[/.-]?(\d{2})$/.exec(text.trim());
  if (compact) return `${compact[1]}-${compact[2]}-${compact[3]}`;
  const parts = /^(\d{1,2})[\s/.-]*(\d{1,2}|[a-z]{3,9})[\s/.-]*(\d{4}|\d{2})$/i.exec(text.trim());
  if (!parts) return null;
  const [, day, monthText, year] = parts;
  const month = /\d/.test(monthText!)
    ? Number(monthText)
    : MONTHS.indexOf(monthText!.slice(0, 3).toLowerCase()) + 1;
  return `${year!.length === 2 ? `20${year}` : year}-${String(month).padStart(2, '0')}-${day!.padStart(2, '0')}`;
}
