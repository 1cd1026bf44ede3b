import {
  absolute,
  add,
  compare,
  type Decimal,
  equals,
  isZero,
  keyOf,
  near,
  subtract,
  sum,
} from './decimal.ts';
import { type Entry, labelled } from './ledger.ts';
import { slack, type Tax } from './taxes.ts';
import { isRounding } from './total.ts';

/** What a receipt says beside its total. */
export interface Witnesses {
  readonly items: readonly Decimal[];
  readonly discounts: readonly Decimal[];
  readonly taxes: readonly Tax[];
}

/** Rounded cash is off by no more than this many minor units. */
const ROUNDED = 5n;

/** Whether a total is less than a thing bought, though nothing was taken off. */
export const isOutdone = (total: Decimal, { items, discounts }: Witnesses): boolean =>
  discounts.length === 0 && items.some((item) => compare(item, absolute(total)) > 0);

/** Whether no row names a total so, and only one that comes before taxes, rounding or the like does. */
export function isOnlySubtotal(entries: readonly Entry[], total: Decimal): boolean {
  const key = keyOf(total);
  const has = (...roles: Parameters<typeof labelled>[1][]) =>
    labelled(entries, ...roles).some(({ value }) => keyOf(absolute(value)) === key);
  return has('subtotal') && !has('total', 'paid', 'rounding');
}

/** Whether a rounding follows that no total after it has. */
export function isUnrounded(entries: readonly Entry[], total: Decimal): boolean {
  const size = absolute(total);
  const rounding = labelled(entries, 'rounding').findLast(({ value }) => !isZero(value) && isRounding(value));
  if (!rounding) return false;
  const step = absolute(rounding.value);
  const made = labelled(entries, 'total', 'subtotal').some(({ value }) =>
    [add(value, step), subtract(value, step)].some((sum) => equals(sum, size)),
  );
  return (
    !made &&
    !labelled(entries, 'total', 'paid').some(
      ({ entry, value }) => entry.at > rounding.entry.at && equals(absolute(value), size),
    )
  );
}

/** Whether two of the other sums agree, and none makes the total: things bought, the taxes' gross, what was paid less the change. */
export function isContradicted(
  entries: readonly Entry[],
  total: Decimal,
  { items, discounts, taxes }: Witnesses,
): boolean {
  const bought = items.length === 0 ? [] : [subtract(sum(items), sum(discounts.map(absolute)))];
  const nets = taxes.flatMap(({ net }) => net ?? []);
  const gross =
    nets.length > 0 && nets.length === taxes.length
      ? [sum([...nets, ...taxes.map(({ amount }) => amount)])]
      : [];
  const values = (role: 'paid' | 'change') => labelled(entries, role).map(({ value }) => absolute(value));
  const back = values('change');
  const settled = values('paid').flatMap((given) =>
    back.length === 0 ? [given] : back.map((change) => subtract(given, change)),
  );
  const same = (a: Decimal, b: Decimal) => near(a, b, slack(total, ROUNDED));
  const witnesses = [bought, gross, settled];
  const making = (value: Decimal) => witnesses.filter((made) => made.some((one) => same(one, value))).length;
  const tax = sum(taxes.map(({ amount }) => amount));
  const onTop = bought.some((value) => same(add(value, tax), absolute(total)));
  if (onTop || making(absolute(total)) > 0) return false;
  return [...bought, ...gross].some((value) => making(value) >= 2);
}
