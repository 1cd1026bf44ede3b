import type { AmountRole } from '../lexicon/amount-labels.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  equals,
  isPositive,
  isZero,
  keyOf,
  near,
  subtract,
  sum,
} from './decimal.ts';
import { type AmountEvidence, amountOf, type Entry, greatest, type Labelled, labelled } from './ledger.ts';
import { findTaxes, priceOf } from './taxes.ts';

const ZERO: Decimal = { units: 0n, scale: 0 };
/** A label this weak names a total only when sums on the receipt confirm it. */
const WEAKEST = 1;
/** Weight of "ROUNDING RM 14.40", which names the total after rounding. */
const ROUNDED_TOTAL = 6;
/** Cash is rounded by less than this: 0.05 (Malaysia, Switzerland), 0.10, or 0.50 and 1 crown in the Nordics. */
const MOST_ROUNDING: Decimal = { units: 1n, scale: 0 };
const MOST_CASH_ROUNDING: Decimal = { units: 5n, scale: 2 };
/** Where there are no minor units it is rounded to tens or hundreds. */
const MOST_WHOLE_ROUNDING: Decimal = { units: 100n, scale: 0 };

interface Candidate extends Labelled {
  readonly weight: number;
}

/** Amounts in their order, and how often each is among them by {@link keyOf}. */
interface Amounts {
  readonly values: readonly Decimal[];
  readonly counts: ReadonlyMap<string, number>;
}

/** What the receipt's own sums say the total is. */
interface Sums {
  /** What was paid less the change: the total exactly. */
  readonly settled: Amounts;
  /** What was handed over: the total if there is no change. */
  readonly tendered: Amounts;
  /** A subtotal with taxes, a service charge, a tip. */
  readonly built: Amounts;
  readonly roundings: Amounts;
  readonly printed: Amounts;
  /** What the things above come to, by {@link keyOf}: the place of the row that they end in. */
  readonly bought: ReadonlyMap<string, number>;
  /** Amounts that a rounding may have been taken from, by {@link keyOf}: the place of the first row with each. */
  readonly unrounded: ReadonlyMap<string, number>;
  /** Sums that are a sum further up less the discounts between. */
  readonly reduced: ReadonlySet<Entry>;
  /** By the place of a row, the greatest price of a thing above it. */
  readonly greatest: ReadonlyMap<number, Decimal>;
}

function amountsOf(values: readonly Decimal[]): Amounts {
  const counts = new Map<string, number>();
  for (const key of values.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1);
  return { values, counts };
}

/** What a rounding on the receipt may come to, whatever its sign. */
export const isRounding = (value: Decimal): boolean =>
  near(value, ZERO, value.scale === 0 ? MOST_WHOLE_ROUNDING : MOST_ROUNDING);

/**
 * Chooses the total by the words beside each amount and by what the receipt's own sums confirm: what was paid less the
 * change, the subtotal with taxes, service and tip, the things bought, and the total before rounding with the rounding.
 * After rounding wins.
 */
export function chooseTotal(entries: readonly Entry[]): AmountEvidence | null {
  const candidates = candidatesOf(entries);
  const sums = sumsOf(entries, candidates);
  const [best] = candidates
    .map((candidate) => ({ ...candidate, score: scoreOf(candidate, sums) }))
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
    return isRounding(value) ? [] : [{ entry, value, weight: ROUNDED_TOTAL }];
  });
}

function sumsOf(entries: readonly Entry[], candidates: readonly Candidate[]): Sums {
  const values = (...roles: AmountRole[]) => labelled(entries, ...roles).map(({ value }) => value);
  const paid = values('paid').map(absolute);
  const change = values('change').map(absolute);
  const taxes = values('tax').filter(isPositive);
  const service = values('service').filter(isPositive);
  const tips = values('tip').filter(isPositive);
  const extras = [
    ...taxes,
    ...service,
    ...tips,
    sum(taxes),
    sum([...taxes, ...service]),
    sum([...taxes, ...tips]),
    sum([...taxes, ...service, ...tips]),
  ].filter(isPositive);
  const roundings = values('rounding').filter((value) => !isZero(value) && isRounding(value));
  const unrounded = new Map<string, number>();
  for (const { entry, value, weight } of candidates) {
    const key = keyOf(value);
    if ((weight > WEAKEST || entry.role === 'subtotal') && !unrounded.has(key)) unrounded.set(key, entry.at);
  }
  const bases = [...values('subtotal'), ...candidates.map(({ value }) => value)];
  return {
    settled: amountsOf(
      paid.flatMap((given) => change.map((back) => subtract(given, back))).filter(isPositive),
    ),
    tendered: amountsOf(paid.filter(isPositive)),
    built: amountsOf(bases.flatMap((base) => extras.map((extra) => add(base, extra)))),
    roundings: amountsOf(roundings),
    printed: amountsOf(entries.flatMap((entry) => entry.amounts)),
    bought: runningSums(entries),
    unrounded,
    reduced: new Set(reductions(entries).map(({ entry }) => entry)),
    greatest: greatestAbove(entries),
  };
}

/** What the rows without a role come to, one after another, with discounts: two things and more. */
function runningSums(entries: readonly Entry[]): Map<string, number> {
  const found = new Map<string, number>();
  let [running, count]: [Decimal, number] = [ZERO, 0];
  for (const entry of entries) {
    const value = priceOf(entry);
    const bought = /\p{L}{2}/u.test(entry.row.text) || entry.row.lines.length > 2;
    if (!value || (entry.role !== null && entry.role !== 'discount') || !bought) continue;
    const signed = entry.role === 'discount' && isPositive(value) ? subtract(ZERO, value) : value;
    running = add(running, signed);
    count++;
    if (count > 1 && !found.has(keyOf(running))) found.set(keyOf(running), entry.at);
  }
  return found;
}

/** What is left of a sum is to be paid, whatever the labels of both. */
const REDUCED = 4;

/** The sums that are what discounts leave of a sum above them, each with that sum. */
export function reductions(entries: readonly Entry[]): { entry: Entry; before: Labelled }[] {
  let before: Labelled | null = null;
  const less: Decimal[] = [];
  return entries.flatMap((entry) => {
    const value = amountOf(entry);
    if (!value || isZero(value)) return [];
    if (entry.role === 'discount') less.push(absolute(value));
    if (entry.role !== 'total' && entry.role !== 'subtotal') return [];
    const off = before && less.length > 0 ? subtract(before.value, value) : null;
    const made = off && (equals(off, sum(less)) || less.some((one) => equals(off, one)));
    const found = made && before && entry.role === 'total' ? [{ entry, before }] : [];
    if (found.length === 0 && less.length === 0) before = { entry, value };
    return found;
  });
}

/** No thing costs more than all together, but where something was given back. */
const LESS_THAN_A_THING = 2.5;

function greatestAbove(entries: readonly Entry[]): Map<number, Decimal> {
  const found = new Map<number, Decimal>();
  let best: Decimal | null = null;
  for (const entry of entries) {
    if (best) found.set(entry.at, best);
    const value = entry.role === null && /\p{L}{3}/u.test(entry.row.text) ? priceOf(entry) : null;
    if (value && isPositive(value) && (!best || compare(value, best) > 0)) best = value;
  }
  return found;
}

/** Points: the label's weight, more the further down, and for every sum that makes the same amount. */
function scoreOf(candidate: Candidate, sums: Sums): number {
  const { value, weight, entry } = candidate;
  const key = keyOf(value);
  let score = weight + Math.min(1, entry.at * 0.001);
  if (sums.settled.counts.has(key)) score += 3;
  else if (sums.tendered.counts.has(key)) score += 1.5;
  if (sums.built.counts.has(key)) score += entry.role === 'total' ? 2.5 : 1.5;
  if ((sums.bought.get(key) ?? entry.at) < entry.at) score += 1.5;
  if (isRounded(candidate, sums)) score += 5;
  if (sums.reduced.has(entry)) score += REDUCED;
  const repeats = (sums.printed.counts.get(key) ?? 0) - 1;
  score += Math.min(1, 0.25 * repeats);
  const greater = sums.greatest.get(entry.at);
  const confirmed =
    sums.settled.counts.has(key) ||
    sums.built.counts.has(key) ||
    (sums.bought.get(key) ?? entry.at) < entry.at;
  if (greater && !confirmed && compare(greater, value) > 0) score -= LESS_THAN_A_THING;
  return isZero(value) ? score - 6 : score;
}

/** Whether an amount further up differs by a rounding on the receipt. A rounded sum ends in 0 or 5. */
function isRounded({ entry, value }: Candidate, { roundings, unrounded }: Sums): boolean {
  if ((entry.role !== 'total' && entry.role !== 'rounding') || value.units % 5n !== 0n) return false;
  return roundings.values
    .flatMap((rounding) => [add(value, rounding), subtract(value, rounding)])
    .some((source) => (unrounded.get(keyOf(source)) ?? entry.at) < entry.at);
}

/** A score of 4 is a bare "total"; 8 or more is a plain label that the sums confirm. */
function strength(score: number): number {
  return Math.min(0.99, 0.48 + score * 0.08);
}

/**
 * If no label was read: what was paid less the change, what the taxes are in, what things come to, or just paid, or else the
 * greatest amount.
 */
function withoutLabel(entries: readonly Entry[], sums: Sums): AmountEvidence | null {
  const { settled, tendered, printed, bought } = sums;
  const confirmed = settled.values.find((value) => printed.counts.has(keyOf(value)));
  const [handed] = tendered.values;
  const added = entries
    .flatMap((entry) => {
      const value = amountOf(entry);
      return value && (bought.get(keyOf(value)) ?? entry.at) < entry.at ? [value] : [];
    })
    .at(-1);
  const gross = grossOf(entries);
  // What was handed over without change is the gross rounded.
  const taxed = gross && handed && near(gross, handed, MOST_CASH_ROUNDING) ? null : gross;
  const value = confirmed ?? taxed ?? added ?? handed ?? greatest(printed.values.filter(isPositive));
  if (!value) return null;
  const from = entries.find((entry) => entry.amounts.some((amount) => equals(absolute(amount), value)));
  return {
    value,
    evidence: confirmed ? 0.8 : taxed ? 0.75 : added ? 0.7 : handed ? 0.6 : 0.3,
    rows: from ? [from.row] : [],
  };
}

/** What a table of taxes says that net and tax come to, if that stands further up, too. */
function grossOf(entries: readonly Entry[]): Decimal | null {
  const { list } = findTaxes(entries, null) ?? { list: [] };
  const nets = list.flatMap(({ net }) => net ?? []);
  const [row] = list.flatMap(({ rows }) => rows);
  if (nets.length === 0 || nets.length < list.length) return null;
  const gross = sum([...nets, ...list.map(({ amount }) => amount)]);
  const table = entries.findIndex((entry) => entry.row === row);
  return entries.slice(0, table).some(({ amounts }) => amounts.some((value) => equals(value, gross)))
    ? gross
    : null;
}
