import type { ReceiptCheck, ReceiptDiscount, ReceiptItem, ReceiptTax } from '@inkstream/contracts';
import { sourceOf } from '../confidence.ts';
import { findItems } from '../items/items.ts';
import { REFUND_WORDS } from '../lexicon/refund-words.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { checksOf } from './checks.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  equals,
  format,
  isZero,
  keyOf,
  negate,
  parse,
  sum,
  trimmed,
} from './decimal.ts';
import { isContradicted, isOnlySubtotal, isOutdone, isUnrounded } from './doubt.ts';
import { findExtra, findPaid, findRounding, findSubtotal, tipLeft } from './extras.ts';
import { type AmountEvidence, amountOf, type Entry } from './ledger.ts';
import { type NumberStyle, numbersIn } from './numbers.ts';
import { findTaxes } from './taxes.ts';
import { chooseTotal } from './total.ts';

/** All of a receipt that is amounts, with its sums checked. A refund's are negative. */
export interface ReadAmounts {
  readonly refund: boolean;
  readonly total: AmountEvidence | null;
  readonly subtotal: AmountEvidence | null;
  readonly tax: AmountEvidence | null;
  readonly tip: AmountEvidence | null;
  readonly serviceCharge: AmountEvidence | null;
  readonly rounding: AmountEvidence | null;
  readonly paid: AmountEvidence | null;
  readonly change: AmountEvidence | null;
  readonly items: ReceiptItem[];
  readonly taxes: ReceiptTax[];
  readonly discounts: ReceiptDiscount[];
  readonly checks: ReceiptCheck[];
}

const REFUND = phraseSet(REFUND_WORDS);

/**
 * Reads the amounts of a ledger. A refund, whose totals are negative, is read as the purchase that it mirrors.
 *
 * @param headEnd place of the last row of name and address
 * @param digits of the minor unit to write amounts with
 */
export function readAmounts(
  ledger: readonly Entry[],
  style: NumberStyle,
  headEnd: number,
  digits: number,
): ReadAmounts {
  const mirrored = hasNegativeTotal(ledger);
  const entries = mirrored ? ledger.map(mirror) : ledger;
  const total = chooseTotal(entries);
  const named = !mirrored && total !== null && namesRefund(entries, total.value);
  const sign = (value: Decimal) => (mirrored || named ? negate(value) : value);
  const due = total?.value ?? null;
  const taxes = findTaxes(entries, due);
  const taxSum = taxes && sum(taxes.list.map(({ amount }) => amount));
  const subtotal = findSubtotal(entries, due, taxSum);
  const printedTip = findExtra(entries, 'tip', due);
  const tip = printedTip ?? tipLeft(entries, due, subtotal?.value ?? null, taxSum);
  const service = findExtra(entries, 'service', due);
  const rounding = findRounding(entries, due);
  const { paid, change } = findPaid(entries, due);
  const sums = [due, subtotal?.value ?? null].flatMap((value) => (value ? [value] : []));
  const discounts = discountsIn(entries, headEnd, due);
  const found = findItems(entries, headEnd, style, sums, new Set(discounts));
  const witnesses = {
    items: found.flatMap(({ amount }) => parse(amount) ?? []),
    discounts: discounts.flatMap((entry) => amountOf(entry) ?? []),
    taxes: taxes?.list ?? [],
  };
  const checks = checksOf(
    {
      ...witnesses,
      subtotal: subtotal?.value ?? null,
      service: service?.value ?? null,
      tip: printedTip?.value ?? null,
      rounding: rounding?.value ?? null,
      total: due,
      paid: paid?.value ?? null,
      change: change?.value ?? null,
    },
    digits,
  );
  const doubted =
    due !== null &&
    (isOutdone(due, witnesses) ||
      isOnlySubtotal(entries, due) ||
      isUnrounded(entries, due) ||
      isContradicted(entries, due, witnesses));
  const signed = (amount: AmountEvidence | null) => amount && { ...amount, value: sign(amount.value) };
  const write = (value: Decimal) => format(sign(value), digits);
  return {
    refund: mirrored || named,
    total: total && {
      ...total,
      value: sign(total.value),
      evidence: certainty(total.evidence, checks, doubted),
    },
    subtotal: signed(subtotal),
    tax: taxes &&
      taxSum && {
        value: sign(taxSum),
        evidence: taxes.evidence,
        rows: taxes.list.flatMap(({ rows }) => rows),
      },
    tip: signed(tip),
    serviceCharge: signed(service),
    rounding: signed(rounding),
    paid,
    change,
    items: found.map((item) => {
      const [amount, price] = [parse(item.amount), parse(item.unitPrice)];
      return { ...item, amount: amount && write(amount), unitPrice: price && format(price, digits) };
    }),
    taxes: witnesses.taxes.map(({ rate, net, amount, rows }) => ({
      ...(rate !== null && { rate: format(trimmed({ units: rate, scale: 2 })) }),
      ...(net !== null && { net: write(net) }),
      amount: write(amount),
      ...sourceOf(taxes?.evidence ?? 0, rows),
    })),
    discounts: discounts.map((entry) => {
      const money = numbersIn(entry.row.text, style).find((number) => number.money);
      const description = entry.row.text.slice(0, money?.start).replace(/[\s\-−(]{0,3}$/u, '');
      return {
        ...(description && { description }),
        amount: format(absolute(amountOf(entry) ?? { units: 0n, scale: 0 }), digits),
        ...sourceOf(0.8, entry.from),
      };
    }),
    checks,
  };
}

const NAMED = 0.5;

/** A total that the receipt's sums make is surer, and one that they do not make is doubtful. */
function certainty(evidence: number, checks: readonly ReceiptCheck[], doubted: boolean): number {
  // One that nothing names, and that only the greatest amount is, stays a guess.
  if (evidence < NAMED) return evidence;
  const sums = checks.filter(({ rule }) => rule !== 'tax_at_rate');
  // What was paid less the change says that it is the others that were misread.
  if (doubted && !sums.some(({ rule, holds }) => rule === 'paid_less_change' && holds))
    return Math.min(evidence, NAMED);
  const holding = sums.filter(({ holds }) => holds).length;
  const failing = sums.length - holding;
  if (holding >= 2) return Math.max(evidence, 0.99);
  if (holding === 1) return failing === 0 ? Math.max(evidence, 0.97) : Math.max(evidence, 0.85);
  return failing === 0 ? evidence : evidence * (failing === 1 ? 0.95 : 0.85);
}

const mirror = (entry: Entry): Entry => ({ ...entry, amounts: entry.amounts.map(negate) });

/** Whether more of the labels of totals name a negative amount. */
function hasNegativeTotal(entries: readonly Entry[]): boolean {
  let weight = 0;
  for (const entry of entries) {
    const value = entry.role === 'total' || entry.role === 'subtotal' ? amountOf(entry) : null;
    if (value && !isZero(value)) weight += value.units < 0n ? entry.weight : -entry.weight;
  }
  return weight > 0;
}

/** Whether the total stands beside a word for money given back. */
function namesRefund(entries: readonly Entry[], total: Decimal): boolean {
  return entries.some(
    ({ row, amounts, role }) =>
      role !== null &&
      role !== 'change' &&
      REFUND.in(row.folded) &&
      amounts.some((value) => equals(value, total)),
  );
}

/** Rows that take something off: below the head, less than the total, and not the sum of those before it. */
function discountsIn(entries: readonly Entry[], headEnd: number, total: Decimal | null): Entry[] {
  let running: Decimal = { units: 0n, scale: 0 };
  const found: Entry[] = [];
  const end =
    total === null
      ? entries.length
      : entries.findLastIndex(
          ({ role, amounts }) => role === 'total' && amounts.some((value) => equals(value, total)),
        );
  for (const entry of entries.slice(headEnd + 1, end < 0 ? entries.length : end)) {
    const value = entry.role === 'discount' ? amountOf(entry) : null;
    if (!value || isZero(value)) continue;
    const size = absolute(value);
    if (found.length > 1 && keyOf(size) === keyOf(running)) continue;
    if (total !== null && compare(size, absolute(total)) > 0 && value.units > 0n) continue;
    running = add(running, size);
    found.push(entry);
  }
  return found;
}
