import type { ReceiptItem } from '@inkstream/contracts';
import { absolute, add, type Decimal, format, isZero, near, sum, trimmed } from '../amounts/decimal.ts';
import { amountOf, type Entry } from '../amounts/ledger.ts';
import { type FoundNumber, type NumberStyle, numbersIn } from '../amounts/numbers.ts';
import { priceOf } from '../amounts/taxes.ts';
import { sourceOf } from '../confidence.ts';
import { datesIn } from '../date-time/dates.ts';
import { ITEM_NOISE, OPENING_HOURS } from '../lexicon/item-words.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { itemRegion } from './item-region.ts';
import {
  factorsOf,
  isOnlyQuantity,
  type LeadingColumn,
  leadingColumn,
  multiplies,
  type Quantity,
  splitLeading,
} from './quantity.ts';

const NOISE = phraseSet(ITEM_NOISE);
const HOURS = phraseSet(OPENING_HOURS);
const MOST_ITEMS = 500;
/** "@500 * 2  ¥1,000": not only what one costs, but what all do. */
const BEARS_AMOUNT = /@\s?[^\d\s]{0,3}\d[\d.,]{0,9}\s?[x×*]\s?\d{1,4}\s?\p{L}{0,2}\s[^\d\s]{0,3}\d/iu;
const BEGINS_WITH_NUMBER = /^[^\p{L}\d]*\d/u;
/** A long name is broken over so many rows, at most. */
const MOST_NOTES = 3;

/** A thing bought: the row with its amount, and the rows that say more of it. */
interface Draft {
  readonly amount: Decimal;
  readonly description: string;
  readonly quantity: Quantity | null;
  readonly rows: readonly Row[];
}

/**
 * The things bought: rows with an amount between the head of the receipt and its first sum. Their description stands
 * on the row, or on the row above or below, the same way all over the receipt; so does their quantity.
 *
 * @param headEnd place of the last row of name and address
 * @param totals sums that the amounts may add up to
 */
export function findItems(
  entries: readonly Entry[],
  headEnd: number,
  style: NumberStyle,
  totals: readonly Decimal[],
  discounts: ReadonlySet<Entry> = new Set(),
): ReceiptItem[] {
  const region = itemRegion(entries, headEnd, totals);
  const details = detailsIn(region, style);
  const priced = region.filter((entry) => isPriced(entry) && !details.has(entry)).slice(0, MOST_ITEMS);
  const column = leadingColumn(priced.map(({ row }) => row.text));
  const drafts = draftsOf(region, priced, column, style).filter(
    ({ description }) => letters(description) >= 2,
  );
  const amounts = sum(drafts.map(({ amount }) => amount));
  const confirmed = totals.some((total) => near(amounts, total, { units: 5n, scale: total.scale }));
  const off = discountsOf(region, drafts, discounts);
  return drafts.map(({ amount, description, quantity, rows }, at) => ({
    description,
    quantity: quantity && format(trimmed(quantity.count)),
    unitPrice: quantity?.price ? format(trimmed(quantity.price), style.minorDigits) : null,
    amount: format(amount, style.minorDigits),
    ...(off[at] && { discount: format(off[at], style.minorDigits) }),
    ...sourceOf(0.55 + (quantity ? 0.15 : 0) + (confirmed ? 0.25 : 0), rows),
  }));
}

/** What each thing bought has taken off in the rows right below it, before the next one. */
function discountsOf(
  region: readonly Entry[],
  drafts: readonly Draft[],
  discounts: ReadonlySet<Entry>,
): readonly (Decimal | undefined)[] {
  const places = new Map(drafts.flatMap(({ rows }, at) => rows.map((row) => [row, at] as const)));
  const off: (Decimal | undefined)[] = [];
  let last: number | undefined;
  for (const entry of region) {
    last = places.get(entry.row) ?? last;
    const value = discounts.has(entry) ? amountOf(entry) : null;
    if (last !== undefined && value) off[last] = add(off[last] ?? { units: 0n, scale: 0 }, absolute(value));
  }
  return off;
}

function draftsOf(
  region: readonly Entry[],
  priced: readonly Entry[],
  column: LeadingColumn,
  style: NumberStyle,
): Draft[] {
  const places = new Map(region.map((entry, at) => [entry, at]));
  // If most have their names beside them, it is where the others have theirs that tells.
  const nameless = priced.find(({ row }) => letters(descriptionOf(row.text, style)) < 3) ?? priced[0];
  const first = nameless && region[(places.get(nameless) ?? 0) - 1];
  const describedAbove = first !== undefined && describes(first);
  const used = new Set<Entry>();
  return priced.flatMap((entry) => {
    const amount = priceOf(entry);
    if (!amount) return [];
    const at = places.get(entry) ?? 0;
    const { count, rest } =
      column === 'none' ? { count: null, rest: entry.row.text } : splitLeading(entry.row.text);
    const own = descriptionOf(rest, style);
    const [above, below] = [notesFrom(region, at, -1), notesFrom(region, at, 1)].map((notes) =>
      notes.filter((note) => !used.has(note)),
    );
    const order =
      describedAbove || /^\W{0,2}@/.test(entry.row.text) ? [above, below] : [below?.slice(0, 1), above];
    const others = letters(own) < 3 ? (order.find((notes) => notes && notes.length > 0) ?? []) : [];
    for (const other of others) used.add(other);
    const { quantity, row } = quantityOf(entry, amount, [region[at + 1], region[at - 1]], style);
    const rows = [...others.map((other) => other.row), entry.row, ...(row ? [row] : [])];
    return {
      amount,
      description: others.length > 0 ? others.map((other) => other.row.text).join(' ') : own,
      quantity: quantity ?? (count && column === 'counts' ? { count, price: null } : null),
      rows,
    };
  });
}

/** The rows next to an item that describe something, in their order: as far as they go, but no more than a few. */
function notesFrom(region: readonly Entry[], at: number, step: 1 | -1): Entry[] {
  const near = Array.from({ length: MOST_NOTES }, (_, distance) => region[at + step * (distance + 1)]);
  const end = near.findIndex((entry) => !entry || !describes(entry));
  const notes = near.slice(0, end < 0 ? MOST_NOTES : end).filter((entry) => entry !== undefined);
  return step < 0 ? notes.reverse() : notes;
}

/** The quantity on an item's own row, or on a neighbour that says nothing else. */
function quantityOf(
  entry: Entry,
  amount: Decimal,
  neighbours: readonly (Entry | undefined)[],
  style: NumberStyle,
): { quantity: Quantity | null; row: Row | null } {
  const own = factorsOf(entry.row.text, amount, style, true);
  if (own) return { quantity: own, row: null };
  for (const neighbour of neighbours) {
    if (!neighbour || !isDetail(neighbour.row.text, style)) continue;
    const quantity = factorsOf(neighbour.row.text, amount, style, false);
    if (quantity) return { quantity, row: neighbour.row };
  }
  return { quantity: null, row: null };
}

/** Rows such as "2 x 1.19" whose product is the amount of a neighbour that has a description of its own. */
function detailsIn(region: readonly Entry[], style: NumberStyle): Set<Entry> {
  const details = region.filter((entry, at) => {
    if (!isDetail(entry.row.text, style)) return false;
    return [region[at - 1], region[at + 1]].some((other) => {
      const amount = other && amountOf(other);
      if (!other || !amount || letters(descriptionOf(other.row.text, style)) < 3) return false;
      return factorsOf(entry.row.text, amount, style, false) !== null;
    });
  });
  return new Set(details);
}

/** Whether a row says how many of what price, and no more. */
const isDetail = (text: string, style: NumberStyle): boolean =>
  isOnlyQuantity(text) || (multiplies(text) && letters(descriptionOf(text, style)) < 2);

function isPriced(entry: Entry): boolean {
  const amount = priceOf(entry);
  if (!amount || entry.from.length > 1 || isZero(amount) || HOURS.in(entry.row.folded)) return false;
  const offered =
    entry.role === null ||
    (entry.role !== 'total' && entry.role !== 'discount' && BEGINS_WITH_NUMBER.test(entry.row.text));
  const unitPrice = /^\W{0,2}@/.test(entry.row.text) && !BEARS_AMOUNT.test(entry.row.text);
  return offered && !unitPrice && datesIn(entry.row.text).length === 0;
}

function describes(entry: Entry): boolean {
  return (
    entry.amounts.length === 0 &&
    (entry.role === null || BEGINS_WITH_NUMBER.test(entry.row.text)) &&
    letters(entry.row.text) >= 2 &&
    !NOISE.in(entry.row.folded) &&
    datesIn(entry.row.text).length === 0
  );
}

/** Letters; a syllable or a word written as one counts for two. */
const letters = (text: string) =>
  (text.match(/\p{L}/gu)?.length ?? 0) + (text.match(/[\p{Script=Han}\p{Script=Hangul}]/gu)?.length ?? 0);

/** A count, a code, a unit or a currency's mark at the end of a description. */
const AT_END =
  /(?:(?:^|\s)(?:MYR|EUR|USD|GBP|CHF|Rs\.?|Rp\.?|kr\.?|[RPS]|[xX×-]|\d{1,5}|\d{1,4}[.,]\d{1,3}|pcs|units?|uni|nos?|pkts?|kg|stk?|pz|ud)|RM|[\p{Sc}￥:=@*])$/iu;
const MOST_AT_END = 8;

/**
 * The words of a row up to its first sum of money, without counts, codes and marks at their end; in scripts that run to
 * the left those after it.
 */
function descriptionOf(text: string, style: NumberStyle): string {
  const numbers = numbersIn(text, style);
  const money =
    numbers.find((number) => number.money) ??
    (style.minorDigits === 0 ? wholeAtEnd(text, numbers) : undefined);
  const before = withoutEnd(text.slice(0, money?.start ?? text.length));
  if (letters(before) >= 2 || !RIGHT_TO_LEFT.test(text)) return before;
  return withoutEnd(text.slice(numbers.findLast((number) => number.money)?.end ?? 0));
}

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}]/u;

/** A whole number after which no words come: the price, where prices have no minor units. */
const wholeAtEnd = (text: string, numbers: readonly FoundNumber[]): FoundNumber | undefined => {
  const last = numbers.at(-1);
  return last && letters(text.slice(last.end)) <= 2 ? last : undefined;
};

function withoutEnd(text: string): string {
  let words = text.trimEnd();
  for (let dropped = 0; dropped < MOST_AT_END && AT_END.test(words); dropped++)
    words = words.replace(AT_END, '').trimEnd();
  return words.trim();
}
