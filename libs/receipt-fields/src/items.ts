import type { ReceiptItem } from '@inkstream/contracts';
import { confidence, linesOf } from './confidence.ts';
import { datesIn } from './dates.ts';
import {
  absolute,
  compare,
  type Decimal,
  equals,
  format,
  isZero,
  multiply,
  near,
  sum,
  trimmed,
} from './decimal.ts';
import { amountOf, type Entry } from './ledger.ts';
import { ITEM_HEADINGS, ITEM_NOISE } from './lexicon/item-words.ts';
import { type FoundNumber, type NumberStyle, numbersIn } from './numbers.ts';
import { phraseSet } from './phrase-set.ts';
import type { Row } from './rows.ts';

const HEADING = phraseSet(ITEM_HEADINGS);
const NOISE = phraseSet(ITEM_NOISE);
/** "2 x", "@6 X", "3X8.00", "1PCS". */
const TIMES =
  /(?:^|\s|@)(\d{1,4}(?:[.,]\d{1,3})?)\s?(?:pcs|pkts?|unit|uni|no|nos|kg|st|stk)?\s?\*?\s?[x×*](?=\s|\d|\W|$)/iu;
const FAR_MORE = 500;

/** A row with an amount, and the rows around it that say what was bought. */
interface Line {
  readonly entry: Entry;
  readonly numbers: readonly FoundNumber[];
  readonly description: string;
}

/**
 * The things bought: rows with an amount between the head of the receipt and its first sum. Their description stands
 * on the row, or on the row above or below, the same way all over the receipt. Quantity and price are the numbers on
 * the row whose product is the amount.
 *
 * @param headEnd place of the last row of name and address
 */
export function findItems(
  entries: readonly Entry[],
  headEnd: number,
  style: NumberStyle,
  totals: readonly Decimal[],
): ReceiptItem[] {
  const region = itemRegion(entries, headEnd);
  const priced = region.filter(isPriced);
  const above =
    priced.length > 0 && region.indexOf(priced[0]!) > 0 && describes(region[region.indexOf(priced[0]!) - 1]!);
  const used = new Set<Entry>();
  const drafts = priced.slice(0, FAR_MORE).map((entry) => {
    const at = region.indexOf(entry);
    const numbers = numbersIn(entry.row.text, style);
    const own = describe(entry.row.text, numbers);
    const rows = [entry.row];
    let description = own;
    const order = above ? [region[at - 1], region[at + 1]] : [region[at + 1], region[at - 1]];
    if (letters(own) < 3) {
      const neighbour = order.find((other) => other && describes(other) && !used.has(other));
      if (neighbour) {
        used.add(neighbour);
        rows.push(neighbour.row);
        description = neighbour.row.text.trim();
      }
    }
    return { line: { entry, numbers, description }, rows, next: region[at + 1] };
  });
  const items = drafts.filter(({ line }) => letters(line.description) >= 2);
  const confirmed = totals.some((total) =>
    near(sum(items.map(({ line }) => amountOf(line.entry)!)), total, { units: 5n, scale: total.scale }),
  );
  return items.map(({ line, rows, next }) => toItem(line, rows, next, style, confirmed));
}

function toItem(
  { entry, numbers, description }: Line,
  rows: Row[],
  next: Entry | undefined,
  style: NumberStyle,
  confirmed: boolean,
): ReceiptItem {
  const amount = amountOf(entry)!;
  let parts = factors(numbers, amount, entry.row.text, style);
  if (!parts && next && next.amounts.length > 0 && TIMES.test(next.row.text)) {
    parts = factors([...numbersIn(next.row.text, style)], amount, next.row.text, style);
    if (parts) rows.push(next.row);
  }
  return {
    description,
    quantity: parts ? format(trimmed(parts.quantity)) : null,
    unitPrice: parts ? format(trimmed(parts.price), style.minorDigits) : null,
    amount: format(amount, style.minorDigits),
    confidence: confidence(0.55 + (parts ? 0.15 : 0) + (confirmed ? 0.25 : 0), rows),
    lines: linesOf(rows),
  };
}

/** The entries between the head and the first sum, after the column headings where there are any. */
function itemRegion(entries: readonly Entry[], headEnd: number): Entry[] {
  const sums = new Set<Entry['role']>(['total', 'subtotal', 'tax', 'paid', 'change', 'rounding']);
  const isHeading = (entry: Entry) =>
    entry.at > headEnd && entry.amounts.length === 0 && HEADING.count(entry.row.folded) >= 2;
  const heading = entries.findLastIndex((entry, at) => isHeading(entry) && at < entries.length * 0.7);
  const start = Math.max(headEnd, heading) + 1;
  const end = entries.findIndex(
    (entry, at) =>
      at >= start && entry.role !== null && sums.has(entry.role) && entry.amounts.length > 0 && closes(entry),
  );
  return entries.slice(start, end < 0 ? entries.length : end).filter((entry) => !isHeading(entry));
}

/** "CASH SALE" at the top, or "debit cards" among goods, closes no list: a sum has its amount on its own row. */
function closes(entry: Entry): boolean {
  return entry.from.length <= 2 && !/^\W*\d/.test(entry.row.text);
}

function isPriced(entry: Entry): boolean {
  const amount = amountOf(entry);
  if (!amount || entry.from.length > 1 || isZero(amount)) return false;
  const offered = entry.role === null || /^\W*\d/.test(entry.row.text);
  return offered && !/^\W{0,2}@/.test(entry.row.text) && datesIn(entry.row.text).length === 0;
}

function describes(entry: Entry): boolean {
  return (
    entry.amounts.length === 0 &&
    letters(entry.row.text) >= 3 &&
    !NOISE.in(entry.row.folded) &&
    datesIn(entry.row.text).length === 0
  );
}

const letters = (text: string) => text.match(/\p{L}/gu)?.length ?? 0;

/** The words of a row up to its first sum of money, without a leading count or code and trailing marks. */
function describe(text: string, numbers: readonly FoundNumber[]): string {
  const money = numbers.find((number) => number.money);
  return text
    .slice(0, money?.start ?? text.length)
    .replace(/^\W*\d{1,4}[.)]?\s?[x×]?\s+(?=\S*\p{L}{2})/iu, '')
    .replace(
      /(?:\s+(?:RM|MYR|EUR|USD|GBP|CHF|Rs\.?|[$€£¥₹@*xX×:=-]|\d{1,5}|\d{1,4}[.,]\d{1,3}|pcs|unit|uni|no|pkt|kg|st|stk)|\s*(?:RM|[$€£¥₹:=@*])){0,8}\s*$/iu,
      '',
    )
    .trim();
}

/** Quantity and unit price among the numbers before the amount whose product is the amount, to half a minor unit. */
function factors(
  numbers: readonly FoundNumber[],
  amount: Decimal,
  text: string,
  style: NumberStyle,
): { quantity: Decimal; price: Decimal } | null {
  const values = numbers
    .map(({ value }) => value)
    .filter(({ units }) => units > 0n)
    .slice(0, 12);
  const times = TIMES.exec(text);
  const counted = times ? numbersIn(times[1]!, style).map(({ value }) => value) : [];
  const tolerance: Decimal = { units: 5n, scale: style.minorDigits + 1 };
  const positive = absolute(amount);
  for (const quantity of [
    ...counted,
    ...values.filter(({ scale }) => scale === 0 || scale === 3),
    ...values,
  ]) {
    const price = values.find(
      (value) =>
        value !== quantity &&
        value.scale >= Math.min(1, style.minorDigits) &&
        !isZero(value) &&
        near(multiply(quantity, value), positive, tolerance),
    );
    if (
      price &&
      compare(quantity, { units: 10_000n, scale: 0 }) < 0 &&
      !(equals(quantity, positive) && quantity.scale === price.scale && values.length < 3)
    )
      return { quantity, price };
  }
  return null;
}
