import type { AmountRole } from '../lexicon/amount-labels.ts';
import type { Row } from '../page/rows.ts';
import {
  add,
  compare,
  type Decimal,
  equals,
  isPositive,
  isZero,
  multiply,
  near,
  negate,
  subtract,
  sum,
} from './decimal.ts';
import { type Entry, labelled } from './ledger.ts';

/** Subtotal or tax, how sure it is, and its rows. */
export interface AmountEvidence {
  readonly value: Decimal;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

/** Sums printed to the minor unit may be off by this many of them. */
const slack = (value: Decimal, minorUnits: bigint): Decimal => ({ units: minorUnits, scale: value.scale });

/**
 * The subtotal: of the amounts labelled so, the one that with tax, service and rounding makes the total; else the last
 * labelled one that is not greater than the total.
 */
export function findSubtotal(
  entries: readonly Entry[],
  total: Decimal | null,
  tax: Decimal | null,
): AmountEvidence | null {
  const candidates = labelled(entries, 'subtotal');
  const service = amounts(entries, 'service').filter(isPositive);
  const less = amounts(entries, 'discount').map((value) => (isPositive(value) ? negate(value) : value));
  const extras = [
    sum([]),
    ...(tax ? [tax] : []),
    ...service,
    sum([...service, ...(tax ? [tax] : [])]),
    ...less,
  ];
  const confirmed = candidates.find(
    ({ value }) =>
      total !== null &&
      !isZero(value) &&
      extras.some((extra) => near(add(value, extra), total, slack(total, 5n))),
  );
  const found = confirmed ?? candidates.findLast(({ value }) => !total || compare(value, total) <= 0);
  return found ? { value: found.value, evidence: confirmed ? 0.93 : 0.6, rows: found.entry.from } : null;
}

/**
 * The tax: a labelled amount that its rate or the subtotal confirms. Several rates on rows of their own (7 % and 19 %)
 * are summed when together with their nets they make the total.
 */
export function findTax(entries: readonly Entry[], total: Decimal | null): AmountEvidence | null {
  const bands = taxBands(entries, total);
  if (bands) return bands;
  const subtotals = amounts(entries, 'subtotal');
  const scored = labelled(entries, 'tax').map(({ entry, value }) => {
    const added =
      total !== null && subtotals.some((subtotal) => near(add(subtotal, value), total, slack(total, 5n)));
    const rated = total !== null && rateConfirms(entry.row.text, value, total);
    const sane = total === null || (compare(value, total) < 0 && !(value.units < 0n && isPositive(total)));
    return {
      entry,
      value,
      score: (added ? 2 : 0) + (rated ? 2 : 0) + (sane ? 1 : -3) + (isZero(value) ? -0.5 : 0),
    };
  });
  const best = scored.sort((a, b) => b.score - a.score)[0];
  if (!best || best.score < 0) return null;
  return {
    value: best.value,
    evidence: best.score >= 3 ? 0.95 : best.score >= 1 ? 0.7 : 0.5,
    rows: best.entry.from,
  };
}

function amounts(entries: readonly Entry[], role: AmountRole): Decimal[] {
  return labelled(entries, role).map(({ value }) => value);
}

/** The rates named in a text, in hundredths of a percent. */
function ratesIn(text: string): bigint[] {
  return [...text.matchAll(/(\d{1,2})(?:[.,](\d{1,2}))?\s?%/g)].map(
    ([, whole = '0', part = '']) => BigInt(whole) * 100n + BigInt(part.padEnd(2, '0') || '0'),
  );
}

/** Whether the tax is what its rate makes of the total, be it inside the total or on top of the net. */
function rateConfirms(text: string, tax: Decimal, total: Decimal): boolean {
  return ratesIn(text).some(
    (rate) =>
      rate > 0n &&
      near(
        multiply(tax, whole(10_000n + rate)),
        multiply(total, whole(rate)),
        multiply(slack(total, 2n), whole(10_000n)),
      ),
  );
}

const whole = (units: bigint): Decimal => ({ units, scale: 0 });

/** Rows of a rate with net, tax (and gross) whose grand sum is the total. */
function taxBands(entries: readonly Entry[], total: Decimal | null): AmountEvidence | null {
  if (!total) return null;
  const bands = entries.flatMap((entry) => {
    const [rate] = ratesIn(entry.row.text);
    if (rate === undefined || entry.amounts.length < 2) return [];
    const pair = entry.amounts.flatMap((net) =>
      entry.amounts.filter((tax) => taxOf(net, rate, tax)).map((tax) => ({ net, tax })),
    )[0];
    return pair ? [{ ...pair, row: entry.row }] : [];
  });
  const [first] = bands;
  if (!first) return null;
  const tax = sum(bands.map((band) => band.tax));
  const gross = add(sum(bands.map(({ net }) => net)), tax);
  if (!near(gross, total, slack(total, 5n))) return null;
  return { value: tax, evidence: equals(gross, total) ? 0.97 : 0.92, rows: bands.map(({ row }) => row) };
}

function taxOf(net: Decimal, rate: bigint, tax: Decimal): boolean {
  if (compare(tax, net) >= 0 || (rate > 0n && isZero(net))) return false;
  return (
    near(
      multiply(net, whole(rate)),
      multiply(tax, whole(10_000n)),
      multiply(slack(net, 1n), whole(10_000n)),
    ) && !isZero(subtract(net, tax))
  );
}
