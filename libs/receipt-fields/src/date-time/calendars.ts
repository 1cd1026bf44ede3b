/** Calendars other than the Gregorian that receipts are dated in, by the names of CLDR. */
export type OtherCalendar = 'islamic-umalqura' | 'persian';

const DAY = 86_400_000;
/** The first day of each calendar, in days from 1970 (Reingold and Dershowitz, "Calendrical Calculations"), and how long its years are. */
const CALENDARS: Readonly<
  Record<OtherCalendar, { readonly epoch: number; readonly year: number; readonly month: number }>
> = {
  'islamic-umalqura': { epoch: -492_148, year: 354.367, month: 29.53 },
  persian: { epoch: -492_268, year: 365.2422, month: 30.5 },
};
/** How far the mean lengths may be off, in days. */
const OFF = 6;

/** The Gregorian date of a day of another calendar, in milliseconds from 1970; null if it has no such day. */
export function gregorianOf(
  calendar: OtherCalendar,
  year: number,
  month: number,
  day: number,
): number | null {
  const mean = CALENDARS[calendar];
  const guess = Math.round(mean.epoch + (year - 1) * mean.year + (month - 1) * mean.month + day - 1);
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}-nu-latn`, {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    timeZone: 'UTC',
  });
  const wanted = `${year} ${month} ${day}`;
  for (let off = 0; off <= OFF; off++) {
    for (const at of off === 0 ? [guess] : [guess - off, guess + off]) {
      const parts = format.formatToParts(at * DAY);
      const part = (name: string) =>
        Number.parseInt(parts.find(({ type }) => type === name)?.value ?? '', 10);
      if (`${part('year')} ${part('month')} ${part('day')}` === wanted) return at * DAY;
    }
  }
  return null;
}

/** The first day of each month of Nepal's year, to a day or two: its months have 29 to 32 days, which differ by year. */
const BIKRAM_MONTHS = [0, 31, 62, 94, 125, 156, 187, 217, 247, 276, 306, 335] as const;

/** About the Gregorian date of a day of Nepal's calendar (Bikram Sambat), in milliseconds from 1970: to three days. */
function nearBikramSambat(year: number, month: number, day: number): number {
  return Date.UTC(year - 57, 3, 13) + ((BIKRAM_MONTHS[month - 1] ?? 0) + day - 1) * DAY;
}

/** Whether a date in Nepal's calendar and one in the Gregorian, both as ISO 8601 writes, mean the same day. */
export function isBikramOf(bikram: string, gregorian: string): boolean {
  const [year = 0, month = 1, day = 1] = bikram.split('-').map(Number);
  return Math.abs(nearBikramSambat(year, month, day) - Date.parse(gregorian)) <= 3 * DAY;
}
