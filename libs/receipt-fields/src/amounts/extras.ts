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
  negate,
  subtract,
  sum,
} from './decimal.ts';
import { type AmountEvidence, amountOf, type Entry, labelled } from './ledger.ts';
import { slack } from './taxes.ts';
import { isRounding, reductions } from './total.ts';

const evidence = (value: Decimal, sure: number, rows: readonly Row[]): AmountEvidence => ({
  value,
  evidence: sure,
  rows,
});

/**
 * The subtotal: of the amounts labelled so, the one that with tax, service, tip and rounding makes the total; else the
 * last labelled one that is not greater than the total; else a weaker total that so makes the greater one.
 */
export function findSubtotal(
  entries: readonly Entry[],
  total: Decimal | null,
  tax: Decimal | null,
): AmountEvidence | null {
  const amounts = (...roles: Parameters<typeof labelled>[1][]) =>
    labelled(entries, ...roles).map(({ value }) => value);
  const candidates = labelled(entries, 'subtotal');
  const less = amounts('discount').map((value) => (isPositive(value) ? negate(value) : value));
  const taxes = tax ? [tax] : [];
  const added = [...amounts('service'), ...amounts('tip')].filter(isPositive);
  const rounding = amounts('rounding').filter(isRounding);
  const extras = [
    sum([]),
    sum(taxes),
    ...added,
    sum(added),
    sum([...added, ...taxes]),
    ...less,
    sum(less),
    sum([...less, ...taxes]),
  ];
  const ways = [
    ...extras,
    ...extras.flatMap((extra) => rounding.flatMap((value) => [add(extra, value), subtract(extra, value)])),
  ];
  const makes = (value: Decimal) =>
    total !== null && !isZero(value) && ways.some((way) => near(add(value, way), total, slack(total, 5n)));
  const confirmed = candidates.find(({ value }) => makes(value));
  const reduced = total && reductions(entries).find(({ entry }) => equals(amountOf(entry) ?? total, total));
  if (reduced) return evidence(reduced.before.value, 0.9, reduced.before.entry.from);
  const found =
    confirmed ??
    candidates.findLast(
      ({ value }) => !isZero(value) && (!total || compare(absolute(value), absolute(total)) <= 0),
    );
  if (found) return evidence(found.value, confirmed ? 0.93 : 0.6, found.entry.from);
  const totals = labelled(entries, 'total');
  const last = total && totals.findLast(({ value }) => equals(value, total))?.entry.at;
  const taxAt = entries.findIndex(({ role, amounts: found }) => role === 'tax' && found.length > 0);
  // A tax of nothing stands between the two.
  const untaxed = (value: Decimal, at: number) =>
    total && equals(value, total) && at < taxAt && taxAt < (last ?? 0);
  const weaker =
    total &&
    totals.find(
      ({ value, entry }) => (compare(value, total) < 0 || untaxed(value, entry.at)) && makes(value),
    );
  return weaker ? evidence(weaker.value, 0.8, weaker.entry.from) : null;
}

/** The tip or the service charge: what is so labelled, and less than the total. */
export function findExtra(
  entries: readonly Entry[],
  role: 'tip' | 'service',
  total: Decimal | null,
): AmountEvidence | null {
  const found = labelled(entries, role).find(
    ({ value }) => !isZero(value) && (!total || compare(absolute(value), absolute(total)) < 0),
  );
  return found ? evidence(found.value, 0.85, found.entry.from) : null;
}

/** A tip written by hand that could not be read: what the total has over subtotal and tax. Less than half of it. */
export function tipLeft(
  entries: readonly Entry[],
  total: Decimal | null,
  subtotal: Decimal | null,
  tax: Decimal | null,
): AmountEvidence | null {
  if (!total || !subtotal) return null;
  const unread = entries.find(
    ({ role, amounts, row }) =>
      role === 'tip' && row.lines.length > 1 && amounts.every((value) => compare(value, total) >= 0),
  );
  if (!unread) return null;
  const left = subtract(total, sum([subtotal, ...(tax ? [tax] : [])]));
  return isPositive(left) && compare(add(left, left), subtotal) < 0 ? evidence(left, 0.5, unread.from) : null;
}

/** The rounding with the sign by which an amount on the receipt becomes the total. */
export function findRounding(entries: readonly Entry[], total: Decimal | null): AmountEvidence | null {
  const found = labelled(entries, 'rounding').find(({ value }) => !isZero(value) && isRounding(value));
  if (!found) return null;
  const { value, entry } = found;
  const printed = entries.flatMap(({ amounts }) => amounts);
  const signed =
    total && isPositive(value) && printed.some((amount) => equals(amount, add(total, value)))
      ? negate(value)
      : value;
  return evidence(signed, 0.9, entry.from);
}

/** What was handed over and handed back: the pair that makes the total, else what is so labelled. */
export function findPaid(
  entries: readonly Entry[],
  total: Decimal | null,
): { paid: AmountEvidence | null; change: AmountEvidence | null } {
  const [paid, change] = [labelled(entries, 'paid'), labelled(entries, 'change')].map((list) =>
    list.map(({ entry, value }) => ({ entry, value: absolute(value) })),
  ) as [ReturnType<typeof labelled>, ReturnType<typeof labelled>];
  const due = total && absolute(total);
  const of = (one: (typeof paid)[number] | undefined, sure: number) =>
    one ? evidence(one.value, sure, one.entry.from) : null;
  for (const given of paid) {
    const back = due ? change.find(({ value }) => equals(subtract(given.value, value), due)) : undefined;
    if (back) return { paid: of(given, 0.97), change: of(back, 0.97) };
  }
  const exact = due ? paid.find(({ value }) => equals(value, due)) : undefined;
  const enough = due ? paid.find(({ value }) => compare(value, due) > 0) : undefined;
  const last = change.at(-1);
  const sane = last && (!enough || compare(last.value, enough.value) < 0) ? last : undefined;
  return { paid: of(exact, 0.95) ?? of(enough, 0.7), change: of(sane, 0.7) };
}
