import { MONTHS } from './lexicon/months.ts';

/** The order of day and month in an all-digit date. */
export type DateOrder = 'dmy' | 'mdy';

/** A date as it is written: one reading, or two where day and month could be either. */
export interface FoundDate {
  readonly start: number;
  readonly end: number;
  /** ISO 8601 dates by the order that they suppose. Both are the same when the writing leaves no doubt. */
  readonly readings: Readonly<Partial<Record<DateOrder, string>>>;
  /** How sure it is that this is a date at all, 0 to 1: a bare run of eight digits is doubtful. */
  readonly clarity: number;
  /** The order that the digits themselves prove: a day over 12. */
  readonly shape?: DateOrder;
}

interface Format {
  readonly pattern: RegExp;
  readonly clarity: number;
  readonly read: (parts: readonly string[]) => Pick<FoundDate, 'readings' | 'shape'>;
}

/** A year of two or four digits; `2018` may have the time glued to it. */
const YEAR = String.raw`(20\d\d|25\d\d|19\d\d(?!\d)|\d\d(?!\d|[/.-]\d))`;
const FULL_YEAR = String.raw`(20\d\d|25\d\d)`;
const GAP = String.raw`[\s\-/.,'’]{0,3}`;
const NAME = String.raw`(\p{L}{3,10})`;
const ORDINAL = `(?:st|nd|rd|th|er|º|ª)?`;

/** The ways of writing a date, the clearest first. */
const FORMATS: readonly Format[] = [
  {
    pattern: new RegExp(String.raw`(?<!\d)${FULL_YEAR}\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日?`, 'gu'),
    clarity: 1,
    read: ([year, month, day]) => same(year!, month!, day!),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)(\d{1,2})${ORDINAL}${GAP}(?:de )?${NAME}${GAP}(?:de )?${YEAR}`,
      'giu',
    ),
    clarity: 1,
    read: ([day, name, year]) => same(year!, monthNumber(name!), day!),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\p{L})${NAME}${GAP}(\d{1,2})${ORDINAL}[\s\-/.,'’]{1,3}${FULL_YEAR}`,
      'giu',
    ),
    clarity: 1,
    read: ([name, day, year]) => same(year!, monthNumber(name!), day!),
  },
  {
    pattern: new RegExp(String.raw`(?<!\d)${FULL_YEAR}${GAP}${NAME}${GAP}(\d{1,2})(?!\d)`, 'giu'),
    clarity: 1,
    read: ([year, name, day]) => same(year!, monthNumber(name!), day!),
  },
  {
    pattern: new RegExp(
      String.raw`(?<!\d)${FULL_YEAR}\s?([/.\-])\s?(\d{1,2})\s?\2\s?(\d{1,2}(?=\d\d:)|\d{1,2}(?!\d))`,
      'gu',
    ),
    clarity: 1,
    read: ([year, , month, day]) => same(year!, month!, day!),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\d.])(\d{1,2})\s?([/.\-,])\s?(\d{1,2})\s?[/.\-,]\s?${YEAR}(?!\.\d)`,
      'gu',
    ),
    clarity: 0.98,
    read: ([first, , second, year]) => eitherOrder(first!, second!, year!),
  },
  {
    pattern: /(?<![\d/.-])(\d\d)[/-](\d\d)[/-](\d\d)(?!\d)/gu,
    clarity: 0.6,
    read: ([year, month, day]) => same(year!, month!, day!),
  },
  {
    pattern: /(?<![\d/.-])(\d\d)[/.-]?(\d\d)[/.-]?(20\d\d)(?!\d)/gu,
    clarity: 0.4,
    read: ([first, second, year]) => eitherOrder(first!, second!, year!),
  },
  {
    pattern: /(?<![\d\p{L}])(20\d\d)(\d\d)(\d\d)(?!\d)/gu,
    clarity: 0.4,
    read: ([year, month, day]) => same(year!, month!, day!),
  },
];

/** The dates in a text, the clearest first; none overlaps another. Letters read for digits are mended. */
export function datesIn(text: string): FoundDate[] {
  if (!/\d/.test(text)) return [];
  const clean = mendDigits(text);
  const found: FoundDate[] = [];
  for (const { pattern, clarity, read } of FORMATS) {
    for (let from = 0; ; ) {
      pattern.lastIndex = from;
      const match = pattern.exec(clean);
      if (!match) break;
      const [start, end] = [match.index, match.index + match[0].length];
      const reading = read(match.slice(1));
      const isDate = reading.readings.dmy !== undefined || reading.readings.mdy !== undefined;
      if (isDate && !found.some((other) => start < other.end && other.start < end))
        found.push({ start, end, clarity, ...reading });
      from = isDate ? end : start + 1;
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

function eitherOrder(first: string, second: string, year: string): ReturnType<Format['read']> {
  const dmy = iso(year, second, first);
  const mdy = iso(year, first, second);
  if (dmy && mdy) return { readings: { dmy, mdy } };
  if (dmy) return { readings: { dmy, mdy: dmy }, shape: 'dmy' };
  return mdy ? { readings: { dmy: mdy, mdy }, shape: 'mdy' } : { readings: {} };
}

function same(year: string, month: string, day: string): ReturnType<Format['read']> {
  const only = iso(year, month, day);
  return { readings: only ? { dmy: only, mdy: only } : {} };
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
  const clear = [...meanings].filter(([, months]) => months.size === 1);
  return new Map(clear.map(([name, [month]]) => [name, month!]));
})();

/** The number of a month as text, `0` (which no calendar has) for a word that is none. */
function monthNumber(name: string): string {
  const folded = fold(name).replaceAll('0', 'o');
  return String(MONTH_BY_NAME.get(folded) ?? 0);
}
