import { DATE_FORMATS } from '../lexicon/date-formats.ts';
import { MONTHS } from '../lexicon/months.ts';

/** The order of day and month in an all-digit date. */
export type DateOrder = 'dmy' | 'mdy';

/** A date as it is written: one reading, or two where day and month could be either. */
export interface FoundDate {
  readonly start: number;
  readonly end: number;
  /** ISO 8601 dates by the order that they suppose. Both are the same when the writing leaves no doubt. */
  readonly readings: Readonly<Record<DateOrder, string>>;
  /** How sure it is that this is a date at all, 0 to 1: a bare run of eight digits is doubtful. */
  readonly clarity: number;
  /** The order that the digits themselves prove: a day over 12. */
  readonly shape?: DateOrder;
}

/** No date has fewer: "1/2/18". */
const FOUR_DIGITS = /\d(?:\D*\d){3}/;

/** The dates in a text, the clearest first; none overlaps another. Letters read for digits are mended. */
export function datesIn(text: string): FoundDate[] {
  if (!FOUR_DIGITS.test(text)) return [];
  const clean = mendDigits(text);
  const found: FoundDate[] = [];
  for (const { pattern, clarity } of DATE_FORMATS) {
    for (let from = 0; ; ) {
      pattern.lastIndex = from;
      const match = pattern.exec(clean);
      if (!match) break;
      const [start, end] = [match.index, match.index + match[0].length];
      const reading = read(match.groups ?? {});
      if (reading && !found.some((other) => start < other.end && other.start < end))
        found.push({ start, end, clarity, ...reading });
      // What is no date may hold the beginning of one: "19- 21/05/2018".
      from = reading ? end : start + 1;
    }
  }
  return found;
}

/** The letters O, l and I between digits and separators are the digits 0 and 1. The length stays. */
function mendDigits(text: string): string {
  return text
    .replace(/(?<=[\d/\-.])[oO](?=[\d/\-.])|(?<!\p{L})[oO](?=\d[/\-.])/gu, '0')
    .replace(/(?<=[\d/\-.])[lI|](?=[\d/\-.])|(?<!\p{L})[lI|](?=\d[/\-.])/gu, '1');
}

/** What the groups of a format say; null if no calendar has such a day. */
function read(groups: Readonly<Record<string, string>>): Pick<FoundDate, 'readings' | 'shape'> | null {
  const { year = '', day = '', month, name, first, second } = groups;
  if (first !== undefined && second !== undefined) return eitherOrder(first, second, year);
  const only = iso(year, month ?? monthNumber(name ?? ''), day);
  return only ? { readings: { dmy: only, mdy: only } } : null;
}

function eitherOrder(first: string, second: string, year: string): ReturnType<typeof read> {
  const dmy = iso(year, second, first);
  const mdy = iso(year, first, second);
  if (dmy && mdy) return { readings: { dmy, mdy } };
  if (dmy) return { readings: { dmy, mdy: dmy }, shape: 'dmy' };
  return mdy ? { readings: { dmy: mdy, mdy }, shape: 'mdy' } : null;
}

/** An ISO date, or null when the calendar has no such day. Thailand's Buddhist years are 543 ahead. */
function iso(yearText: string, month: string, day: string): string | null {
  const written = Number(yearText);
  const year = yearText.length === 2 ? 2000 + written : written > 2400 ? written - 543 : written;
  const [m, d] = [Number(month), Number(day)];
  const date = new Date(Date.UTC(year, m - 1, d));
  if (m < 1 || m > 12 || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return null;
  return `${year}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}

const fold = (name: string) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Every name, and every beginning of three letters or more that means one month in all languages together. */
const MONTH_BY_NAME: ReadonlyMap<string, number> = (() => {
  const meanings = new Map<string, Set<number>>();
  for (const names of Object.values(MONTHS)) {
    names.forEach((name, at) => {
      const folded = fold(name);
      for (let length = 3; length <= folded.length; length++) {
        const beginning = folded.slice(0, length);
        meanings.set(beginning, (meanings.get(beginning) ?? new Set()).add(at + 1));
      }
    });
  }
  return new Map(
    [...meanings].flatMap(([name, [month, ...others]]) =>
      month === undefined || others.length > 0 ? [] : [[name, month]],
    ),
  );
})();

/** The number of a month as text, `0` (which no calendar has) for a word that is none. */
function monthNumber(name: string): string {
  const folded = fold(name).replaceAll('0', 'o');
  return String(MONTH_BY_NAME.get(folded) ?? 0);
}
