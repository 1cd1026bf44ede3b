import { add, type Decimal, keyOf } from '../amounts/decimal.ts';
import { amountOf, type Entry } from '../amounts/ledger.ts';
import type { AmountRole } from '../lexicon/amount-labels.ts';
import { ITEM_HEADINGS } from '../lexicon/item-words.ts';
import { phraseSet } from '../words/phrase-set.ts';

const HEADING = phraseSet(ITEM_HEADINGS);
const SUMS: ReadonlySet<AmountRole> = new Set(['total', 'subtotal', 'tax', 'paid', 'change', 'rounding']);

/**
 * The entries between the head and the first sum, after the column headings if there are any: the last of them before
 * the first amount, since "TOTAL QTY" below the items reads like a heading too.
 */
export function itemRegion(
  entries: readonly Entry[],
  headEnd: number,
  totals: readonly Decimal[] = [],
): Entry[] {
  const sum = closedBy(entries, headEnd, totals);
  const region = entries.slice(headEnd + 1, sum < 0 ? entries.length : sum);
  return region.slice(headingEnd(region));
}

/**
 * The first row of a sum that is the receipt's own, with an amount above it, be it that its label was not read; else the
 * first row that a label closes.
 */
function closedBy(entries: readonly Entry[], headEnd: number, totals: readonly Decimal[]): number {
  const keys = new Set(totals.map(keyOf));
  let priced: Decimal | null = null;
  for (const entry of entries.slice(headEnd + 1)) {
    const { role, amounts, at } = entry;
    const sums = amounts.filter((value) => keys.has(keyOf(value)));
    if (role === 'total' || role === 'subtotal') {
      if (priced && sums.length > 0) return at;
    } else if (role === null) {
      const made = priced && keyOf(priced);
      if (sums.some((value) => keyOf(value) === made)) return at;
      const value = amountOf(entry);
      if (value) priced = priced ? add(priced, value) : value;
    }
  }
  return entries.findIndex((entry, at) => at > headEnd && closes(entry));
}

/** Where the first headings end that amounts follow: there may be two rows of them. */
function headingEnd(region: readonly Entry[]): number {
  const first = region.findIndex(isHeading);
  const amount = region.findIndex(({ amounts }, at) => at > first && amounts.length > 0);
  return first < 0 || amount < 0 ? 0 : region.slice(0, amount).findLastIndex(isHeading) + 1;
}

function isHeading({ amounts, row }: Entry): boolean {
  return amounts.length === 0 && HEADING.count(row.folded) >= 2;
}

/** A sum closes the list. A row that begins with a number is a thing bought: "2 TOTAL CARE TOOTHPASTE". */
function closes({ role, amounts, row }: Entry): boolean {
  return role !== null && SUMS.has(role) && amounts.length > 0 && !/^[^\p{L}\d]*\d/u.test(row.text);
}
