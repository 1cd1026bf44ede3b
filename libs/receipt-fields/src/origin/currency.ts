import { roleOf } from '../amounts/roles.ts';
import { BEFORE_EURO, type Country } from '../lexicon/countries.ts';
import { CURRENCY_MARKS, codesIn, WORDLIKE_CODES } from '../lexicon/currencies.ts';
import type { Row } from '../page/rows.ts';
import type { Origin } from './origin.ts';
import { Votes } from './votes.ts';

/** A currency and the evidence for it. */
export interface CurrencyEvidence {
  readonly code: string;
  readonly confidence: number;
  readonly rows: readonly Row[];
}

/** What the marks on a receipt say: how much for which currency. */
export type Marks = readonly {
  readonly row: Row;
  readonly currencies: readonly string[];
  readonly weight: number;
}[];

/** A mark beside the total counts for more than one beside some other amount: prices may be in two currencies. */
const BESIDE_TOTAL = 2;

/** The marks and codes of currencies beside amounts and in their labels. */
export function marksOn(rows: readonly Row[]): Marks {
  return rows.flatMap((row) => {
    if (!/\p{Sc}|\p{L}/u.test(row.text)) return [];
    const found = CURRENCY_MARKS.flatMap(({ mark, currencies }) =>
      mark.test(row.text) ? [{ row, currencies, weight: 2 }] : [],
    );
    const codes = [...codesIn(row.text)].flatMap(([code, beside]) => {
      if (!beside && WORDLIKE_CODES.has(code)) return [];
      return [{ row, currencies: [code], weight: WORDLIKE_CODES.has(code) ? 1.5 : 2 }];
    });
    const all = [...found, ...codes];
    const total = all.length > 0 && roleOf(row.folded).role === 'total' ? BESIDE_TOTAL : 1;
    return all.map((mark) => ({ ...mark, weight: mark.weight * total }));
  });
}

/** A country's currency on a day; of an unknown day the one before the euro, if it is on the receipt. */
function homeCurrency({ code, currency }: Country, marks: Marks, date: string | null): string {
  const before = BEFORE_EURO[code];
  if (!before) return currency;
  const old =
    date === null
      ? marks.some(({ currencies }) => currencies.includes(before.currency))
      : date < before.until;
  return old ? before.currency : currency;
}

/**
 * The currency by the marks beside amounts. A mark that several countries share (`$`, `¥`, `kr`) is settled by the
 * country; a country whose currency has no such mark outweighs it, since tills are often left at `$`.
 */
export function currencyOf(
  marks: Marks,
  { country, rows: cueRows }: Origin,
  date: string | null = null,
): CurrencyEvidence | null {
  const home = country ? homeCurrency(country, marks, date) : undefined;
  const votes = new Votes();
  for (const { row, currencies, weight } of marks) {
    const [likeliest] = currencies;
    if (likeliest === undefined) continue;
    if (currencies.length === 1) votes.add(likeliest, weight, row);
    else if (home && currencies.includes(home)) votes.add(home, weight, row);
    else votes.add(likeliest, home ? 0.1 * weight : 0.5 * weight, row);
  }
  if (home) for (const row of cueRows) votes.add(home, 0.75, row);
  const ranked = votes.ranked();
  const [first] = ranked;
  if (!first) return null;
  const [code, { weight, rows: evidence }] = first;
  const all = ranked.reduce((sum, [, entry]) => sum + entry.weight, 0);
  return { code, confidence: (weight / all) * (weight / (weight + 0.5)), rows: evidence };
}
