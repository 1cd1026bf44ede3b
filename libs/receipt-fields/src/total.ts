import {
  absolute,
  add,
  compare,
  type Decimal,
  equals,
  isPositive,
  isZero,
  near,
  subtract,
} from './decimal.ts';
import { amountOf, type Entry, greatest } from './ledger.ts';
import type { AmountRole } from './lexicon/amount-labels.ts';
import type { Row } from './rows.ts';

/** The amount to be paid, why it was chosen (0 to 1), and the rows that it was read from. */
export interface TotalEvidence {
  readonly value: Decimal;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

/** A label this weak names a total only when sums on the receipt confirm it. */
const WEAKEST = 1;
/** Cash is rounded by less than this: 0.05 (Malaysia, Switzerland), 0.10, or 0.50 and 1 crown in the Nordics. */
const MOST_ROUNDING: Decimal = { units: 1n, scale: 0 };

interface Candidate {
  readonly value: Decimal;
  readonly weight: number;
  readonly entry: Entry;
}

/**
 * Chooses the total by the words beside each amount and by what the receipt's own sums confirm: what was paid less the
 * change, the subtotal with tax and service, and the total before rounding with the rounding. After rounding wins.
 */
export function chooseTotal(entries: readonly Entry[]): TotalEvidence | null {
  const byRole = (role: AmountRole) =>
    entries.filter((entry) => entry.role === role && entry.amounts.length > 0);
  const values = (role: AmountRole) => byRole(role).map((entry) => amountOf(entry)!);
  const candidates = [
    ...byRole('total'),
    ...byRole('subtotal'),
    ...byRole('count'),
    ...roundedTotals(byRole('rounding')),
  ]
    .map((entry): Candidate => ({ value: amountOf(entry)!, weight: entry.weight, entry }))
    .filter(({ value }) => isPositive(value) || isZero(value));
  const settled = settledAmounts(values('paid').map(absolute), values('change').map(absolute));
  const roundings = values('rounding').filter((value) => !isZero(value) && near(value, ZERO, MOST_ROUNDING));
  const subtotals = values('subtotal');
  const extras = [...values('tax'), ...values('service')].filter(isPositive);
  const printed = entries.flatMap((entry) => entry.amounts);

  const scored = candidates.map((candidate) => {
    const { value, weight, entry } = candidate;
    let score = weight + entry.at * 0.001;
    const among = (list: readonly Decimal[]) => list.some((other) => equals(other, value));
    if (settled.exact.some((paid) => equals(paid, value))) score += 3;
    else if (among(settled.tendered)) score += 1.5;
    if (subtotals.some((subtotal) => extras.some((extra) => equals(add(subtotal, extra), value))))
      score += 1.5;
    const before = candidates.filter((other) => other.weight > WEAKEST || other.entry.role === 'subtotal');
    const sources = roundings.flatMap((rounding) => [add(value, rounding), subtract(value, rounding)]);
    if (entry.role === 'total' || entry.role === 'rounding') {
      const roundedFrom = before.some(
        (other) => other.entry.at < entry.at && sources.some((s) => equals(s, other.value)),
      );
      if (roundedFrom && isCashable(value)) score += 3;
    }
    score += Math.min(1, 0.25 * (printed.filter((other) => equals(other, value)).length - 1));
    if (isZero(value)) score -= 6;
    return { ...candidate, score };
  });
  scored.sort((a, b) => b.score - a.score || compare(b.value, a.value));
  const [best] = scored;
  if (best && best.score >= WEAKEST)
    return { value: best.value, evidence: strength(best.score), rows: best.entry.from };
  return withoutLabel(entries, settled);
}

const ZERO: Decimal = { units: 0n, scale: 0 };

/** "ROUNDING RM 14.40" names the total after rounding: no adjustment is that large. */
function roundedTotals(roundings: readonly Entry[]): Entry[] {
  return roundings
    .filter((entry) => !near(amountOf(entry)!, ZERO, MOST_ROUNDING))
    .map((entry) => ({ ...entry, weight: 6 }));
}

/** A rounded sum ends in 0 or 5. */
function isCashable({ units }: Decimal): boolean {
  return units % 5n === 0n;
}

/** What was paid less the change is the total exactly; what was tendered without change is probably so. */
function settledAmounts(paid: readonly Decimal[], change: readonly Decimal[]) {
  const exact = paid.flatMap((sum) => change.map((back) => subtract(sum, back))).filter(isPositive);
  return { exact, tendered: paid.filter(isPositive) };
}

/** A score of 4 is a bare "total"; 8 or more is a plain label that the sums confirm. */
function strength(score: number): number {
  return Math.min(0.99, 0.35 + score * 0.075);
}

/** Where no label was read: what was paid, or else the greatest amount on the receipt. */
function withoutLabel(
  entries: readonly Entry[],
  { exact, tendered }: ReturnType<typeof settledAmounts>,
): TotalEvidence | null {
  const amounts = entries.flatMap(({ amounts }) => amounts);
  const confirmed = exact.find((sum) => amounts.some((amount) => equals(amount, sum)));
  const value = confirmed ?? tendered[0] ?? greatest(amounts.filter(isPositive));
  if (!value) return null;
  const rows = entries
    .filter((entry) => entry.amounts.some((amount) => equals(amount, value)))
    .map(({ row }) => row);
  return { value, evidence: confirmed ? 0.8 : tendered[0] ? 0.6 : 0.3, rows: rows.slice(0, 1) };
}
