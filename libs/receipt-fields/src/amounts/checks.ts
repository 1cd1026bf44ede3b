import type { ReceiptCheck, ReceiptRule } from '@inkstream/contracts';
import { absolute, add, compare, type Decimal, format, isZero, negate, subtract, sum } from './decimal.ts';
import { isTaxOf, slack, type Tax } from './taxes.ts';

/** The amounts of a receipt that say the same in several ways. */
export interface Amounts {
  readonly items: readonly Decimal[];
  readonly discounts: readonly Decimal[];
  readonly subtotal: Decimal | null;
  readonly taxes: readonly Tax[];
  readonly service: Decimal | null;
  readonly tip: Decimal | null;
  readonly rounding: Decimal | null;
  readonly total: Decimal | null;
  readonly paid: Decimal | null;
  readonly change: Decimal | null;
}

/** Sums that are printed may be off by so many minor units: each line is rounded for itself. */
const TOLERANCE = 5n;

/** Of the ways to make a sum the one that comes nearest: what is printed less what it makes. */
function nearest(printed: Decimal, ways: readonly Decimal[]): Decimal | null {
  const differences = ways.map((way) => subtract(printed, way));
  return differences.reduce<Decimal | null>(
    (best, difference) => (best && compare(absolute(best), absolute(difference)) <= 0 ? best : difference),
    null,
  );
}

/** Holds the amounts against one another. A rule whose amounts are not known is left out. */
export function checksOf(amounts: Amounts, minorDigits: number): ReceiptCheck[] {
  const { items, subtotal, total, taxes, paid, change } = amounts;
  const verdict = (rule: ReceiptRule, difference: Decimal | null): ReceiptCheck[] => {
    if (!difference) return [];
    const holds =
      compare(
        absolute(difference),
        slack({ units: 0n, scale: Math.max(difference.scale, minorDigits) }, TOLERANCE),
      ) <= 0;
    return [{ rule, holds, ...(!holds && { difference: format(difference, minorDigits) }) }];
  };
  const less = amounts.discounts.length === 0 ? [] : [negate(sum(amounts.discounts.map(absolute)))];
  const tax = taxes.length === 0 ? [] : [sum(taxes.map(({ amount }) => amount))];
  const extras = [amounts.service, amounts.tip, amounts.rounding].filter(
    (value) => value !== null && !isZero(value),
  ) as Decimal[];
  const bought = sum(items);
  const itemWays = waysOf(bought, less);
  return [
    ...(items.length === 0
      ? []
      : verdict(
          'items_sum_to_subtotal',
          subtotal
            ? nearest(subtotal, itemWays)
            : total &&
                nearest(
                  total,
                  itemWays.flatMap((way) => waysOf(way, [...tax, ...extras])),
                ),
        )),
    ...(subtotal && total
      ? verdict('sums_to_total', nearest(total, waysOf(subtotal, [...less, ...tax, ...extras])))
      : []),
    ...(paid && change && total
      ? verdict('paid_less_change', subtract(absolute(total), subtract(paid, change)))
      : []),
    ...taxCheck(taxes, minorDigits),
  ];
}

/** What each way of adding some of the extras to a base makes: there are few. */
function waysOf(base: Decimal, extras: readonly Decimal[]): Decimal[] {
  const made = [base];
  for (const extra of extras) made.push(...made.map((value) => add(value, extra)));
  return made;
}

function taxCheck(taxes: readonly Tax[], minorDigits: number): ReceiptCheck[] {
  const rated = taxes.flatMap(({ rate, net, amount }) =>
    rate === null || net === null ? [] : [{ rate, net, amount }],
  );
  if (rated.length === 0) return [];
  const wrong = rated.find(({ rate, net, amount }) => !isTaxOf(net, rate, amount));
  if (!wrong) return [{ rule: 'tax_at_rate', holds: true }];
  const due: Decimal = { units: wrong.net.units * wrong.rate, scale: wrong.net.scale + 4 };
  return [
    {
      rule: 'tax_at_rate',
      holds: false,
      difference: format(rounded(subtract(wrong.amount, due), minorDigits), minorDigits),
    },
  ];
}

/** A number cut to so many digits after the point. */
function rounded({ units, scale }: Decimal, digits: number): Decimal {
  return scale <= digits ? { units, scale } : { units: units / 10n ** BigInt(scale - digits), scale: digits };
}
