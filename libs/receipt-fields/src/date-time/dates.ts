import { DATE_FORMATS } from '../lexicon/date-formats.ts';
import { monthOf } from '../lexicon/months.ts';
import { gregorianOf } from './calendars.ts';

/** The order of the parts of an all-digit date. `ymd` tells only what two digits each mean: 24-05-12. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

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

/**
 * The dates in a text, the clearest first; none overlaps another. Letters read for digits are mended.
 *
 * @param language ISO 639-1: whose months are named, and whose calendar is meant
 */
export function datesIn(text: string, language?: string): FoundDate[] {
  if (!FOUR_DIGITS.test(text)) return [];
  const clean = mendDigits(text);
  const found: FoundDate[] = [];
  for (const { pattern, clarity } of DATE_FORMATS) {
    for (let from = 0; ; ) {
      pattern.lastIndex = from;
      const match = pattern.exec(clean);
      if (!match) break;
      const [start, end] = [match.index, match.index + match[0].length];
      const reading = read(match.groups ?? {}, language);
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

const ERAS: Readonly<Record<string, number>> = {
  令和: 2018,
  R: 2018,
  平成: 1988,
  H: 1988,
  昭和: 1925,
  S: 1925,
};

/** What the groups of a format say; null if no calendar has such a day. */
function read(
  groups: Readonly<Record<string, string>>,
  language: string | undefined,
): Pick<FoundDate, 'readings' | 'shape'> | null {
  const { day = '', month, name, first, second, era, eraYear, republic } = groups;
  const year = yearOf(groups.year ?? '', language, era, eraYear, republic);
  if (first !== undefined && second !== undefined) return eitherOrder(first, second, year, language);
  const only = iso(year, month ?? String(monthOf(name ?? '', language)), day, language);
  return only ? { readings: { dmy: only, mdy: only, ymd: only } } : null;
}

function yearOf(
  year: string,
  language: string | undefined,
  era?: string,
  eraYear?: string,
  republic?: string,
): string {
  if (era !== undefined)
    return String((ERAS[era.toUpperCase()] ?? 0) + (eraYear === '元' ? 1 : Number(eraYear)));
  if (republic !== undefined) return String(1911 + Number(republic));
  // Thailand's years are 543 ahead: 69 is 2569.
  return language === 'th' && /^[5-9]\d$/.test(year) ? `25${year}` : year;
}

function eitherOrder(
  first: string,
  second: string,
  year: string,
  language?: string,
): ReturnType<typeof read> {
  const dmy = iso(year, second, first, language);
  const mdy = iso(year, first, second, language);
  const short = year.length === 2 && first.length === 2 ? iso(first, second, year) : null;
  const ymd = short ?? dmy ?? mdy;
  if (dmy && mdy && ymd) return { readings: { dmy, mdy, ymd } };
  if (dmy && ymd) return { readings: { dmy, mdy: dmy, ymd }, shape: 'dmy' };
  if (mdy && ymd) return { readings: { dmy: mdy, mdy, ymd }, shape: 'mdy' };
  return ymd ? { readings: { dmy: ymd, mdy: ymd, ymd }, shape: 'ymd' } : null;
}

const HIJRI: ReadonlySet<string | undefined> = new Set(['ar', 'fa', 'ur']);

/** An ISO date, or null when the calendar has no such day. Thailand's Buddhist years are 543 ahead. */
function iso(yearText: string, month: string, day: string, language?: string): string | null {
  const written = Number(yearText);
  const [m, d] = [Number(month), Number(day)];
  if (yearText.length === 4 && written < 1500) {
    if (!HIJRI.has(language)) return null;
    const at = gregorianOf(language === 'fa' ? 'persian' : 'islamic-umalqura', written, m, d);
    return at === null ? null : new Date(at).toISOString().slice(0, 10);
  }
  const year = yearText.length === 2 ? 2000 + written : written > 2400 ? written - 543 : written;
  const date = new Date(Date.UTC(year, m - 1, d));
  if (m < 1 || m > 12 || date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d) return null;
  return `${year}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}
