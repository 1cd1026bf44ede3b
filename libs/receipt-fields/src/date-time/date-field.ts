import type { Country } from '../lexicon/countries.ts';
import { OTHER_DATE, PURCHASE_DATE } from '../lexicon/date-labels.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { isBikramOf } from './calendars.ts';
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
  /** ISO 639-1. */
  readonly language?: string | undefined;
}

const PURCHASE = phraseSet(PURCHASE_DATE);
const OTHER = phraseSet(OTHER_DATE);

/** Picks the date of the purchase: the one that is labelled so, has a time beside it, is clear, and comes early. */
export function findDate(rows: readonly Row[], hints: DateHints): DateEvidence | null {
  const all = rows.flatMap((row, at) =>
    datesIn(row.text, hints.language).map((found) => ({
      ...found,
      row,
      at,
      score: score(found, row, rows[at - 1], at),
    })),
  );
  const { candidates, order: shown } = withoutBikram(all);
  const best = candidates.toSorted((a, b) => b.score - a.score || a.at - b.at)[0];
  if (!best) return null;
  const { order, certainty } = orderOf(candidates, { ...hints, order: hints.order ?? shown });
  const { dmy, mdy, ymd } = best.readings;
  const ambiguous = dmy !== mdy || (order === 'ymd' && ymd !== dmy);
  const value = best.readings[order];
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

const ORDERS: readonly DateOrder[] = ['dmy', 'mdy', 'ymd'];

/** Leaves out the same day in Nepal's calendar, which tells the order of the other. */
function withoutBikram<Date extends FoundDate>(
  all: readonly Date[],
): { candidates: readonly Date[]; order?: DateOrder } {
  for (const one of all.slice(0, MOST_DATES)) {
    const { dmy: bikram } = one.readings;
    if (bikram < FIRST_BIKRAM) continue;
    for (const order of ORDERS) {
      const same = all.find((other) => other !== one && isBikramOf(bikram, other.readings[order]));
      if (same)
        return {
          candidates: all.filter(({ readings }) => readings.dmy < FIRST_BIKRAM),
          ...(same.readings.dmy !== same.readings.mdy && { order }),
        };
    }
  }
  return { candidates: all };
}
/** 2013; no receipt is dated half a century ahead. */
const FIRST_BIKRAM = '2070';
/** Receipts bear a handful of dates. */
const MOST_DATES = 20;

const overlaps = (readings: FoundDate['readings'], value: string) =>
  readings.dmy === value || readings.mdy === value || readings.ymd === value;

/**
 * Day first or month first: what the caller says; else what the receipt's own dates leave no doubt of (a day over 12,
 * the same date written out with the month's name); else what is not in the future; else the country's custom.
 */
function orderOf(
  dates: readonly FoundDate[],
  { order, today, country }: DateHints,
): { order: DateOrder; certainty: number } {
  if (order) return { order, certainty: 0.98 };
  const custom = country?.dateOrder ?? 'dmy';
  const orders: readonly DateOrder[] = [...new Set<DateOrder>([custom, 'dmy', 'mdy', 'ymd'])];
  const sure = ({ readings }: FoundDate) => readings.dmy === readings.mdy && readings.dmy === readings.ymd;
  const doubtful = dates.filter((date) => !sure(date));
  const clear = new Set(dates.filter(sure).map(({ readings }) => readings.dmy));
  const confirmed = orders.find((one) => doubtful.some(({ readings }) => clear.has(readings[one])));
  if (confirmed) return { order: confirmed, certainty: 0.97 };
  const isFuture = (one: DateOrder) =>
    today !== undefined && doubtful.some(({ readings }) => readings[one] > today);
  const shape = dates.find((date) => date.shape)?.shape;
  const likely = custom === 'ymd' ? custom : (shape ?? custom);
  if (!isFuture(likely)) return { order: likely, certainty: shape === likely ? 0.95 : country ? 0.97 : 0.75 };
  const past = orders.find((one) => !isFuture(one));
  return past ? { order: past, certainty: 0.97 } : { order: likely, certainty: 0.75 };
}
