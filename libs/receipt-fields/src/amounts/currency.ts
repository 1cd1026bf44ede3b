import { COUNTRIES, type Country } from '../lexicon/countries.ts';
import { CURRENCY_CODE, CURRENCY_MARKS } from '../lexicon/currencies.ts';
import type { Row } from '../page/rows.ts';
import { phraseTables } from '../words/phrase-set.ts';

/** Where a receipt is from, by the words on it. */
export interface Origin {
  readonly country: Country | null;
  /** Rows that hold a cue of the country. */
  readonly rows: readonly Row[];
}

/** A currency and the evidence for it. */
export interface CurrencyEvidence {
  readonly code: string;
  readonly confidence: number;
  readonly rows: readonly Row[];
}

const cuesIn = phraseTables(COUNTRIES.map(({ cues }) => cues));

/** The country whose cues stand in most rows; null when no row has one. */
export function originOf(rows: readonly Row[]): Origin {
  const cues = rows.map(({ folded }) => cuesIn(folded));
  let best: Origin = { country: null, rows: [] };
  COUNTRIES.forEach((country, place) => {
    const hits = rows.filter(({ text }, at) => cues[at]?.has(place) || country.shape?.test(text));
    if (hits.length > best.rows.length) best = { country, rows: hits };
  });
  return best;
}

/** How likely the receipt is from there: each row with a cue makes it likelier, and none makes it sure. */
export const originEvidence = ({ rows }: Origin): number => rows.length / (rows.length + 0.5);

/**
 * The currency by the marks beside amounts. A mark that several countries share (`$`, `¥`, `kr`) is settled by the
 * country; a country whose currency has no such mark outweighs it, since tills are often left at `$`.
 */
export function currencyOf(
  rows: readonly Row[],
  { country, rows: cueRows }: Origin,
): CurrencyEvidence | null {
  const home = country?.currency;
  const votes = new Map<string, { weight: number; rows: Row[] }>();
  const vote = (code: string, weight: number, row: Row) => {
    const entry = votes.get(code) ?? { weight: 0, rows: [] };
    entry.weight += weight;
    if (entry.rows.at(-1) !== row) entry.rows.push(row);
    votes.set(code, entry);
  };
  for (const row of rows) {
    for (const { mark, currencies } of CURRENCY_MARKS) {
      const [likeliest] = currencies;
      if (likeliest === undefined || !mark.test(row.text)) continue;
      if (currencies.length === 1) vote(likeliest, 2, row);
      else if (home && currencies.includes(home)) vote(home, 2, row);
      else vote(likeliest, home ? 0.2 : 1, row);
    }
    for (const code of new Set(row.text.match(CURRENCY_CODE))) vote(code, 2, row);
  }
  if (home) for (const row of cueRows) vote(home, 0.75, row);
  const ranked = [...votes].sort(([, a], [, b]) => b.weight - a.weight);
  const [first] = ranked;
  if (!first) return null;
  const [code, { weight, rows: evidence }] = first;
  const all = ranked.reduce((sum, [, entry]) => sum + entry.weight, 0);
  return { code, confidence: (weight / all) * (weight / (weight + 0.5)), rows: evidence };
}
