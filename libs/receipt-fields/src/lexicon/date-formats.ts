/** A way of writing a date: a pattern with named groups, and how sure it is that what fits is a date at all, 0 to 1. */
export interface DateFormat {
  /**
   * Groups: `year`; `day`; `month` in digits or `name` in letters; `first` and `second` in place of day and month
   * if either may come first.
   */
  readonly pattern: RegExp;
  readonly clarity: number;
}

/** A year of two or four digits; `2018` may have the time glued to it. */
const YEAR = String.raw`(?<year>20\d\d|25\d\d|19\d\d(?!\d)|\d\d(?!\d|[/.-]\d))`;
const FULL_YEAR = String.raw`(?<year>20\d\d|25\d\d)`;
const DAY = String.raw`(?<day>\d{1,2})`;
const NAME = String.raw`(?<name>[\p{L}0]{3,10})`;
const GAP = String.raw`[\s\-/.,'’]{0,3}`;
const ORDINAL = '(?:st|nd|rd|th|er|º|ª)?';

const format = (clarity: number, pattern: string): DateFormat => ({
  clarity,
  pattern: new RegExp(pattern, 'giu'),
});

/** The ways of writing a date, the clearest first. */
export const DATE_FORMATS: readonly DateFormat[] = [
  format(1, String.raw`(?<!\d)${FULL_YEAR}\s?年\s?(?<month>\d{1,2})\s?月\s?${DAY}\s?日?`),
  format(1, String.raw`(?<!\d)${DAY}${ORDINAL}${GAP}(?:de )?${NAME}${GAP}(?:de )?${YEAR}`),
  format(1, String.raw`(?<!\p{L})${NAME}${GAP}${DAY}${ORDINAL}[\s\-/.,'’]{1,3}${FULL_YEAR}`),
  format(1, String.raw`(?<!\d)${FULL_YEAR}${GAP}${NAME}${GAP}${DAY}(?!\d)`),
  format(
    1,
    String.raw`(?<!\d)${FULL_YEAR}\s?(?<mark>[/.\-])\s?(?<month>\d{1,2})\s?\k<mark>\s?(?<day>\d{1,2}(?=\d\d:)|\d{1,2}(?!\d))`,
  ),
  format(
    0.98,
    String.raw`(?<![\d.])(?<first>\d{1,2})\s?(?:[/.\-]\s?(?<second>\d{1,2})\s?[/.\-,]\s?${YEAR}|,\s?(?<second>\d{1,2})\s?[/.\-,]\s?${FULL_YEAR})(?!\.\d)`,
  ),
  format(0.6, String.raw`(?<![\d/.\-])(?<year>\d\d)[/\-](?<month>\d\d)[/\-](?<day>\d\d)(?!\d)`),
  // The separators were lost, or were never there.
  format(0.4, String.raw`(?<![\d/.\-])(?<first>\d\d)[/.\-]?(?<second>\d\d)[/.\-]?(?<year>20\d\d)(?!\d)`),
  format(0.4, String.raw`(?<![\d\p{L}])(?<year>20\d\d)(?<month>\d\d)(?<day>\d\d)(?!\d)`),
];
