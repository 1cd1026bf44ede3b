import type { Country } from '../lexicon/countries.ts';
import { OTHER_DATE, PURCHASE_DATE } from '../lexicon/date-labels.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { type DateOrder, datesIn, type FoundDate } from './dates.ts';

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
    datesIn(row.text).map((found) => ({ ...found, row, at, score: score(found, row, rows[at - 1], at) })),
  );
  const best = candidates.toSorted((a, b) => b.score - a.score || a.at - b.at)[0];
  if (!best) return null;
  const { order, certainty } = orderOf(candidates, hints);
  const { dmy, mdy } = best.readings;
  const ambiguous = dmy !== mdy;
  const value = order === 'mdy' ? mdy : dmy;
  const repeated = candidates.some((other) => other !== best && overlaps(other.readings, value));
  const chosen = 0.8 + (best.score >= 4 ? 0.14 : best.score >= 1 ? 0.08 : 0) + (repeated ? 0.06 : 0);
  const late = hints.today !== undefined && value > hints.today ? 0.3 : 1;
  return {
    value,
    evidence: Math.min(0.99, chosen) * best.clarity * (ambiguous ? certainty : 1) * late,
    row: best.row,
  };
}

function score({ clarity, start }: FoundDate, row: Row, above: Row | undefined, at: number): number {
  const before = skeleton(row.text.slice(0, start));
  let points = clarity * 4 - at * 0.04;
  if (PURCHASE.in(before) || (above && PURCHASE.in(above.folded))) points += 4;
  if (/\d{1,2}\s?[:.]\s?\d\d/.test(row.text.slice(start + 8))) points += 1;
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
  const doubtful = dates.filter(({ readings }) => readings.dmy !== readings.mdy);
  const clear = new Set(
    dates.filter(({ readings }) => readings.dmy === readings.mdy).map(({ readings }) => readings.dmy),
  );
  const isFuture = (reading: DateOrder) =>
    today !== undefined && doubtful.some(({ readings }) => readings[reading] > today);
  for (const [candidate, other] of [
    ['dmy', 'mdy'],
    ['mdy', 'dmy'],
  ] as const) {
    const confirmed = doubtful.some(({ readings }) => clear.has(readings[candidate]));
    if (confirmed || (isFuture(other) && !isFuture(candidate))) return { order: candidate, certainty: 0.97 };
  }
  const shape = dates.find((date) => date.shape)?.shape;
  if (shape) return { order: shape, certainty: 0.95 };
  return { order: country?.dateOrder ?? 'dmy', certainty: country ? 0.97 : 0.75 };
}
