import { type DateOrder, datesIn, type FoundDate } from './dates.ts';
import type { Country } from './lexicon/countries.ts';
import { OTHER_DATE, PURCHASE_DATE } from './lexicon/date-labels.ts';
import { phraseSet } from './phrase-set.ts';
import type { Row } from './rows.ts';
import { skeleton } from './skeleton.ts';

/** The purchase date in ISO 8601, how sure it is (0 to 1), and its row. */
export interface DateEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly row: Row;
}

/** What is known about dates beside the receipt. */
export interface DateHints {
  /** The order of day and month, when the caller knows it. */
  readonly order?: DateOrder | undefined;
  /** Today, ISO 8601: no purchase is later. */
  readonly today?: string | undefined;
  readonly country: Country | null;
}

const PURCHASE = phraseSet(PURCHASE_DATE);
const OTHER = phraseSet(OTHER_DATE);

/** Picks the date of the purchase: the one that is labelled so, has a time beside it, is clear, and comes early. */
export function findDate(rows: readonly Row[], hints: DateHints): DateEvidence | null {
  const candidates = rows.flatMap((row, at) =>
    datesIn(row.text).map((found) => ({ ...found, row, at, score: score(found, rows, at) })),
  );
  const best = candidates.toSorted((a, b) => b.score - a.score || a.at - b.at)[0];
  if (!best) return null;
  const { order, certainty } = orderOf(candidates, hints);
  const { dmy, mdy } = best.readings;
  const ambiguous = dmy !== undefined && mdy !== undefined && dmy !== mdy;
  const value = (order === 'mdy' ? mdy : dmy) ?? dmy ?? mdy;
  if (!value) return null;
  const repeated = candidates.filter((other) => other !== best && overlaps(other.readings, value)).length > 0;
  const chosen = 0.8 + (best.score >= 4 ? 0.14 : best.score >= 1 ? 0.08 : 0) + (repeated ? 0.06 : 0);
  const late = hints.today !== undefined && value > hints.today ? 0.3 : 1;
  return {
    value,
    evidence: Math.min(0.99, chosen) * best.clarity * (ambiguous ? certainty : 1) * late,
    row: best.row,
  };
}

function score({ clarity, start }: FoundDate, rows: readonly Row[], at: number): number {
  const { text } = rows[at]!;
  const before = skeleton(text.slice(0, start));
  let points = clarity * 4 - at * 0.04;
  if (PURCHASE.in(before) || (at > 0 && PURCHASE.in(rows[at - 1]!.folded))) points += 4;
  if (/\d{1,2}\s?[:.]\s?\d\d/.test(text.slice(start + 8))) points += 1;
  if (OTHER.in(before)) points -= 8;
  return points;
}

const overlaps = (readings: FoundDate['readings'], value: string) =>
  readings.dmy === value || readings.mdy === value;

/**
 * Day first or month first: what the caller says; else what the receipt's own dates leave no doubt of (a day over 12,
 * the same date written out with the month's name); else what is not in the future; else the country's custom.
 */
function orderOf(
  dates: readonly FoundDate[],
  { order, today, country }: DateHints,
): { order: DateOrder; certainty: number } {
  if (order) return { order, certainty: 0.98 };
  const doubtful = dates.filter(
    ({ readings }) => readings.dmy && readings.mdy && readings.dmy !== readings.mdy,
  );
  const clear = dates
    .filter(({ readings }) => readings.dmy === readings.mdy)
    .map(({ readings }) => readings.dmy);
  for (const candidate of ['dmy', 'mdy'] as const) {
    const other = candidate === 'dmy' ? 'mdy' : 'dmy';
    const confirmed = doubtful.some(({ readings }) => clear.includes(readings[candidate]));
    const refuted =
      today !== undefined &&
      doubtful.some(({ readings }) => readings[other]! > today) &&
      !doubtful.some(({ readings }) => readings[candidate]! > today);
    if (confirmed || refuted) return { order: candidate, certainty: 0.97 };
  }
  const shown = dates.flatMap(({ shape }) => (shape ? [shape] : []));
  if (shown.length > 0) return { order: shown[0]!, certainty: 0.95 };
  return { order: country?.dateOrder ?? 'dmy', certainty: country ? 0.97 : 0.75 };
}
