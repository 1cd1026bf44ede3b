import type { Entry } from './ledger.ts';
import type { AmountRole } from './lexicon/amount-labels.ts';
import { ITEM_HEADINGS } from './lexicon/item-words.ts';
import { phraseSet } from './phrase-set.ts';

const HEADING = phraseSet(ITEM_HEADINGS);
const SUMS: ReadonlySet<AmountRole> = new Set(['total', 'subtotal', 'tax', 'paid', 'change', 'rounding']);
/** Headings stand in this part of the receipt: below are tables of taxes. */
const HEADINGS_END = 0.7;

/** The entries between the head and the first sum, after the column headings where there are any. */
export function itemRegion(entries: readonly Entry[], headEnd: number): Entry[] {
  const heading = entries.findLastIndex(
    (entry, at) => at > headEnd && isHeading(entry) && at < entries.length * HEADINGS_END,
  );
  const start = Math.max(headEnd, heading) + 1;
  const end = entries.findIndex((entry, at) => at >= start && closes(entry));
  return entries.slice(start, end < 0 ? entries.length : end).filter((entry) => !isHeading(entry));
}

function isHeading({ amounts, row }: Entry): boolean {
  return amounts.length === 0 && HEADING.count(row.folded) >= 2;
}

/** A sum closes the list. A row that begins with a number is a thing bought: "2 TOTAL CARE TOOTHPASTE". */
function closes({ role, amounts, row }: Entry): boolean {
  return role !== null && SUMS.has(role) && amounts.length > 0 && !/^\W*\d/.test(row.text);
}
