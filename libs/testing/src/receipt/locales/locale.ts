/**
 * A country's receipts in one of its languages. Where a text has several forms, they are parted by `|`, and a receipt has
 * one of them. In patterns `#` is a random digit.
 */
export interface Locale {
  /** BCP 47 with a region: `de-DE`. */
  readonly tag: string;
  /** ISO 4217. */
  readonly currency: string;
  /** What stands before or behind amounts that carry a mark: `€ ~`, `~ kr`. */
  readonly mark: string;
  /** The mark between groups of digits and the one before the minor units: `.,` in Germany. */
  readonly marks: string;
  /**
   * Unicode date field patterns (UTS 35) of `yyyy`, `yy`, `MM`, `M`, `MMM`, `MMMM`, `dd`, `d`; beside them `bbbb` of the
   * Buddhist era, `mmm` of the Republic of China, `RR` of Reiwa.
   */
  readonly dates: string;
  /** Brand, legal name (or nothing), street, town, each receipt one row of these. */
  readonly shops: readonly string[];
  /** What things cost, from and to, in major units. */
  readonly prices: readonly [number, number];
  readonly products: string;
  readonly words: LocaleWords;
  readonly tax: LocaleTax;
  /** What money is rounded to in cash, in minor units; nothing if it is not. */
  readonly cashStep?: number;
}

export interface LocaleWords {
  readonly subtotal: string;
  readonly total: string;
  readonly cash: string;
  readonly change: string;
  readonly card: string;
  readonly discount: string;
  readonly service?: string;
  readonly tip?: string;
  readonly rounding?: string;
  /** Before the number of the receipt. */
  readonly receipt: string;
  readonly date: string;
  readonly phone: string;
  readonly taxId: string;
  /** Of three columns: description, quantity, amount. */
  readonly columns: string;
  /** Rows below the sums with an amount that is none of them: `~` is the amount. */
  readonly asides: string;
  readonly footer: string;
}

export interface LocaleTax {
  /**
   * `table`: inside the prices, a row for each rate with net, tax and gross under a heading; `line`: inside the prices, a row
   * for each rate; `added`: on top of the prices, a row for each rate before the total; `none`: not said.
   */
  readonly how: 'table' | 'line' | 'added' | 'none';
  /** The row of a rate: `~` is the rate with its sign of percent, `@` its letter. */
  readonly row: string;
  /** Heads of the columns of a table. */
  readonly heading?: string;
  /** In hundredths of a percent: 1900 is 19 %. All of `added` are on every thing. */
  readonly rates: readonly number[];
  /** Letters of the rates, if things bought carry them. */
  readonly letters?: string;
}
