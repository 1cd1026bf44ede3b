import type { Receipt } from '@inkstream/contracts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  isZero,
  near,
  negate,
  parse,
  subtract,
  sum,
} from '../amounts/decimal.ts';

/** Whether the amounts of a receipt add up; undefined where too few of them are known to say. */
export interface Sums {
  readonly subtotal?: boolean | undefined;
  readonly tax?: boolean | undefined;
  readonly total?: boolean | undefined;
}

/** What each way of adding some of the extras to a base makes. */
function ways(base: Decimal, extras: readonly Decimal[]): Decimal[] {
  const made = [base];
  for (const extra of extras) made.push(...made.map((value) => add(value, extra)));
  return made;
}

/** Sums that are printed may be off by so many minor units: each line is rounded for itself. */
const sameSum = (a: Decimal, b: Decimal): boolean =>
  near(a, b, { units: 5n, scale: Math.max(2, a.scale, b.scale) });

/**
 * Holds a receipt's amounts against one another: subtotal, or all things bought, with some of tax, service, tip,
 * rounding and discounts make the total; so does what was paid less the change. Which of them a total holds already
 * differs by country, so that any way to make it is taken.
 */
export function sumsOf(receipt: Receipt): Sums {
  const value = (name: 'subtotal' | 'tax' | 'total' | 'paid' | 'change') => parse(receipt[name]?.value);
  const [subtotal, tax, total] = [value('subtotal'), value('tax'), value('total')];
  const bought = allOf(receipt.items.map(({ amount }) => parse(amount)));
  const less = allOf((receipt.discounts ?? []).map(({ amount }) => parse(amount)));
  const extras = [
    parse(receipt.serviceCharge?.value),
    parse(receipt.tip?.value),
    parse(receipt.rounding?.value),
    less && negate(sum(less.map(absolute))),
  ].filter((extra) => extra !== null && !isZero(extra)) as Decimal[];
  const bases = [subtotal, bought && bought.length > 0 ? sum(bought) : null].filter((base) => base !== null);
  const [paid, change] = [value('paid'), value('change')];
  const settled = paid && change && subtract(absolute(paid), absolute(change));

  const makes = (sought: Decimal, from: readonly Decimal[], others: readonly Decimal[]) =>
    from.some((base) => ways(base, others).some((made) => sameSum(made, sought)));
  const withTax = tax ? [...extras, tax] : extras;
  const totalHolds = total && (makes(total, bases, withTax) || (settled !== null && sameSum(settled, total)));
  return {
    ...(total && (bases.length > 0 || settled) && { total: totalHolds === true }),
    ...(subtotal && total && { subtotal: makes(total, [subtotal], withTax) }),
    ...(subtotal && total && tax && { tax: taxHolds(subtotal, tax, total, extras) }),
  };
}

/** The tax is what lies between subtotal and total; one that both hold already cannot be told, unless it is too great. */
function taxHolds(subtotal: Decimal, tax: Decimal, total: Decimal, extras: readonly Decimal[]) {
  const [magnitude, whole] = [absolute(tax), absolute(total)];
  if (compare(magnitude, whole) >= 0 && !isZero(whole)) return false;
  if (ways(add(subtotal, tax), extras).some((made) => sameSum(made, total))) return true;
  return ways(subtotal, extras).some((made) => sameSum(made, total)) ? undefined : false;
}

/** All of them, or null if one is not known. */
const allOf = (values: readonly (Decimal | null)[]): Decimal[] | null =>
  values.every((value) => value !== null) ? (values as Decimal[]) : null;
