/** A way of writing a date: a pattern with named groups, and how sure it is that what fits is a date at all, 0 to 1. */
export interface DateFormat {
  /**
   * Groups: `year`; `day`; `month` in digits or `name` in letters; `first` and `second` in place of day and month
   * if either may come first; `era` and `eraYear` of Japan, `republic` of years since 1911.
   */
  readonly pattern: RegExp;
  readonly clarity: number;
}

/** A year of two or four digits; `2018` may have the time glued to it. */
const YEAR = String.raw`(?<year>20\d\d|25\d\d|19\d\d(?!\d)|1[34]\d\d(?!\d)|\d\d(?!\d|[/.-]\d(?!\d?:)))`;
const FULL_YEAR = String.raw`(?<year>20\d\d|25\d\d|14\d\d)`;
const DAY = String.raw`(?<day>\d{1,2})`;
const NAME = String.raw`(?<name>[\p{L}\p{M}0][\p{L}\p{M}0.]{2,13})`;
const GAP = String.raw`[\s\-/.,'’]{0,3}`;
const ORDINAL = '(?:st|nd|rd|th|er|º|ª)?';

const format = (clarity: number, pattern: string): DateFormat => ({
  clarity,
  pattern: new RegExp(pattern, 'giu'),
});

/** The ways of writing a date, the clearest first. */
export const DATE_FORMATS: readonly DateFormat[] = [
  format(
    1,
    String.raw`(?<era>令和|平成|昭和|(?<![\p{L}\d])[RHS](?=\d{1,2}[年./]))\s?(?<eraYear>\d{1,2}|元)\s?[年./]\s?(?<month>\d{1,2})\s?[月./]\s?${DAY}(?!\d)`,
  ),
  format(
    1,
    String.raw`(?<=民國|民国)\s?(?<republic>\d{2,3})\s?[年./-]\s?(?<month>\d{1,2})\s?[月./-]\s?${DAY}(?!\d)`,
  ),
  // No other calendar has years of three digits before the sign of a year.
  format(1, String.raw`(?<!\d)(?<republic>1[01]\d)\s?年\s?(?<month>\d{1,2})\s?月\s?${DAY}\s?日`),
  format(1, String.raw`(?<!\d)(?<year>20\d\d|\d\d)\s?[年년]\s?(?<month>\d{1,2})\s?[月월]\s?${DAY}\s?[日일]?`),
  format(1, String.raw`(?<!\d)${DAY}${ORDINAL}${GAP}(?:de )?${NAME}${GAP}(?:de )?${YEAR}`),
  format(1, String.raw`(?<!\p{L})${NAME}${GAP}${DAY}${ORDINAL}[\s\-/.,'’]{1,3}${FULL_YEAR}`),
  format(1, String.raw`(?<!\d)${FULL_YEAR}${GAP}${NAME}${GAP}${DAY}(?!\d)`),
  format(
    1,
    String.raw`(?<!\d)${FULL_YEAR}\s?(?<mark>[/.\-])\s?(?<month>\d{1,2})\s?\k<mark>\s?(?<day>\d{1,2}(?=\d\d:)|\d{1,2}(?!\d))`,
  ),
  format(
    0.98,
    String.raw`(?<![\d.])(?<first>\d{1,2})\s?[/.\-]\s?(?<second>\d{1,2})\s?[/.\-,]\s?${YEAR}(?!\.\d)`,
  ),
  format(0.98, String.raw`(?<![\d.])(?<first>\d{1,2}),\s?(?<second>\d{1,2})\s?[/.\-,]\s?${FULL_YEAR}(?!\d)`),
  format(
    0.8,
    String.raw`(?<![\d/.\-])(?<republic>1[01]\d)(?<mark>[/.\-])(?<month>\d\d)\k<mark>(?<day>\d\d)(?!\d)`,
  ),
  format(0.6, String.raw`(?<![\d/.\-])(?<year>\d\d)[/\-](?<month>\d\d)[/\-](?<day>\d\d)(?!\d)`),
  // The separators were lost, or were never there.
  format(0.4, String.raw`(?<![\d/.\-])(?<first>\d\d)[/.\-]?(?<second>\d\d)[/.\-]?(?<year>20\d\d)(?!\d)`),
  format(0.4, String.raw`(?<![\d\p{L}])(?<year>20\d\d)(?<month>\d\d)(?<day>\d\d)(?!\d)`),
];
