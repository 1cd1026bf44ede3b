import type { AmountRole } from '../lexicon/amount-labels.ts';
import type { Row } from '../page/rows.ts';
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
import { type Entry, greatest, type Labelled, labelled } from './ledger.ts';

/** The amount to be paid, why it was chosen (0 to 1), and the rows that it was read from. */
export interface TotalEvidence {
  readonly value: Decimal;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

const ZERO: Decimal = { units: 0n, scale: 0 };
/** A label this weak names a total only when sums on the receipt confirm it. */
const WEAKEST = 1;
/** Weight of "ROUNDING RM 14.40", which names the total after rounding. */
const ROUNDED_TOTAL = 6;
/** Cash is rounded by less than this: 0.05 (Malaysia, Switzerland), 0.10, or 0.50 and 1 crown in the Nordics. */
const MOST_ROUNDING: Decimal = { units: 1n, scale: 0 };

interface Candidate extends Labelled {
  readonly weight: number;
}

/** What the receipt's own sums say the total is. */
interface Sums {
  /** What was paid less the change: the total exactly. */
  readonly settled: readonly Decimal[];
  /** What was handed over: the total where there is no change. */
  readonly tendered: readonly Decimal[];
  /** A subtotal with a tax or a service charge. */
  readonly built: readonly Decimal[];
  readonly roundings: readonly Decimal[];
  readonly printed: readonly Decimal[];
}

/**
 * Chooses the total by the words beside each amount and by what the receipt's own sums confirm: what was paid less the
 * change, the subtotal with tax and service, and the total before rounding with the rounding. After rounding wins.
 */
export function chooseTotal(entries: readonly Entry[]): TotalEvidence | null {
  const sums = sumsOf(entries);
  const candidates = candidatesOf(entries);
  const [best] = candidates
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate, candidates, sums) }))
    .sort((a, b) => b.score - a.score || compare(b.value, a.value));
  if (best && best.score >= WEAKEST)
    return { value: best.value, evidence: strength(best.score), rows: best.entry.from };
  return withoutLabel(entries, sums);
}

/** Rows that may name the total. An amount too great for an adjustment beside "rounding" is the rounded total. */
function candidatesOf(entries: readonly Entry[]): Candidate[] {
  return labelled(entries, 'total', 'subtotal', 'count', 'rounding').flatMap(({ entry, value }) => {
    if (value.units < 0n) return [];
    if (entry.role !== 'rounding') return [{ entry, value, weight: entry.weight }];
    return near(value, ZERO, MOST_ROUNDING) ? [] : [{ entry, value, weight: ROUNDED_TOTAL }];
  });
}

function sumsOf(entries: readonly Entry[]): Sums {
  const values = (...roles: AmountRole[]) => labelled(entries, ...roles).map(({ value }) => value);
  const paid = values('paid').map(absolute);
  const change = values('change').map(absolute);
  const extras = values('tax', 'service').filter(isPositive);
  return {
    settled: paid.flatMap((sum) => change.map((back) => subtract(sum, back))).filter(isPositive),
    tendered: paid.filter(isPositive),
    built: values('subtotal').flatMap((subtotal) => extras.map((extra) => add(subtotal, extra))),
    roundings: values('rounding').filter((value) => !isZero(value) && near(value, ZERO, MOST_ROUNDING)),
    printed: entries.flatMap((entry) => entry.amounts),
  };
}

/** Points: the label's weight, more the further down, and for every sum that makes the same amount. */
function scoreOf(candidate: Candidate, candidates: readonly Candidate[], sums: Sums): number {
  const { value, weight, entry } = candidate;
  const among = (list: readonly Decimal[]) => list.some((other) => equals(other, value));
  let score = weight + entry.at * 0.001;
  if (among(sums.settled)) score += 3;
  else if (among(sums.tendered)) score += 1.5;
  if (among(sums.built)) score += 1.5;
  if (isRoundedFrom(candidate, candidates, sums.roundings)) score += 3;
  const repeats = sums.printed.filter((other) => equals(other, value)).length - 1;
  score += Math.min(1, 0.25 * repeats);
  return isZero(value) ? score - 6 : score;
}

/** Whether a candidate further up differs by a rounding on the receipt. A rounded sum ends in 0 or 5. */
function isRoundedFrom(
  { entry, value }: Candidate,
  candidates: readonly Candidate[],
  roundings: readonly Decimal[],
): boolean {
  if ((entry.role !== 'total' && entry.role !== 'rounding') || value.units % 5n !== 0n) return false;
  const sources = roundings.flatMap((rounding) => [add(value, rounding), subtract(value, rounding)]);
  return candidates.some(
    (other) =>
      (other.weight > WEAKEST || other.entry.role === 'subtotal') &&
      other.entry.at < entry.at &&
      sources.some((source) => equals(source, other.value)),
  );
}

/** A score of 4 is a bare "total"; 8 or more is a plain label that the sums confirm. */
function strength(score: number): number {
  return Math.min(0.99, 0.35 + score * 0.075);
}

/** Where no label was read: what was paid less the change, or just paid, or else the greatest amount. */
function withoutLabel(entries: readonly Entry[], sums: Sums): TotalEvidence | null {
  const confirmed = sums.settled.find((sum) => sums.printed.some((amount) => equals(amount, sum)));
  const tendered = sums.tendered[0];
  const value = confirmed ?? tendered ?? greatest(sums.printed.filter(isPositive));
  if (!value) return null;
  const rows = entries
    .filter((entry) => entry.amounts.some((amount) => equals(absolute(amount), value)))
    .map(({ row }) => row);
  return { value, evidence: confirmed ? 0.8 : tendered ? 0.6 : 0.3, rows: rows.slice(0, 1) };
}
