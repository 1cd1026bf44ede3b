import { absolute, compare, type Decimal, isZero, multiply, near } from '../amounts/decimal.ts';
import { type NumberStyle, numbersIn } from '../amounts/numbers.ts';

/** How many of a thing, and what one costs if the receipt says so. */
export interface Quantity {
  readonly count: Decimal;
  readonly price: Decimal | null;
}

/** "2 x", "@6 X", "3X8.00", "2 Stk x": a count before a sign of multiplication. */
const TIMES =
  /(?:^|[\s(@])(\d{1,4}(?:[.,]\d{1,3})?)\s?(?:pcs|pkts?|units?|uni|nos?|kg|stk|st|pz|ud|un|uds|adet|ad|ks|kom|kpl|szt|buc|db|шт|vnt|gab|tk|ea|pc)?\.?\s?\*?\s?[x×*](?=\s|\d|\W|$)/iu;
const LEADING_COUNT = /^[^\p{L}\d]{0,3}(\d{1,3})[.)]?(?:\s?[x×])?\s/iu;
/** A column has a number on most rows. */
const COLUMN_SHARE = 0.6;
const MOST_COUNT: Decimal = { units: 10_000n, scale: 0 };
/** Rows are short; what has more numbers than this is no row of a till. */
const MOST_NUMBERS = 12;

/**
 * Count and price among the numbers of a row whose product is the amount, to half a minor unit. The amount itself, the
 * last sum of money on the row, is neither.
 */
export function factorsOf(
  text: string,
  amount: Decimal,
  style: NumberStyle,
  amountIsOnRow: boolean,
): Quantity | null {
  const numbers = numbersIn(text, style);
  const own = amountIsOnRow ? numbers.findLast(({ money }) => money) : undefined;
  const values = numbers
    .filter((number) => number !== own && number.value.units > 0n)
    .map(({ value }) => value)
    .slice(0, MOST_NUMBERS);
  const times = TIMES.exec(text)?.[1];
  const counted = times === undefined ? [] : numbersIn(times, style).map(({ value }) => value);
  const whole = values.filter(({ scale }) => scale === 0 || scale === 3);
  const tolerance: Decimal = { units: 5n, scale: style.minorDigits + 1 };
  for (const count of [...counted, ...whole, ...values]) {
    if (compare(count, MOST_COUNT) >= 0) continue;
    const price = values.find(
      (value) =>
        value !== count &&
        value.scale >= Math.min(1, style.minorDigits) &&
        !isZero(value) &&
        near(multiply(count, value), absolute(amount), tolerance),
    );
    // Where both are whole numbers, the smaller one is the count.
    if (price && style.minorDigits === 0 && compare(count, price) > 0) return { count: price, price: count };
    if (price) return { count, price };
  }
  return null;
}

/** Whether a row holds a count before a sign of multiplication. */
export function multiplies(text: string): boolean {
  return TIMES.test(text);
}

const UNITS =
  /(?<!\p{L})(?:pcs?|pkts?|units?|uni|nos?|kg|lb|stk|st|pz|uds?|un|adet|ad|ks|kom|kpl|szt|buc|db|шт|кг|vnt|gab|tk|ea|x|eur|à|je|st)(?!\p{L})/giu;

/** Whether a row says nothing but how many of what price: digits, units and signs. */
export function isOnlyQuantity(text: string): boolean {
  return multiplies(text) && (text.replace(UNITS, ' ').match(/\p{L}/gu)?.length ?? 0) < 2;
}

/** What the whole numbers before the descriptions are. */
export type LeadingColumn = 'counts' | 'positions' | 'none';

/** Whether rows begin with counts ("2 Flat White"), with their position ("1.", "2.", "3."), or with neither. */
export function leadingColumn(texts: readonly string[]): LeadingColumn {
  const numbers = texts.flatMap((text) => splitLeading(text).count?.units ?? []).map(Number);
  if (numbers.length === 0 || numbers.length < texts.length * COLUMN_SHARE) return 'none';
  return numbers.length > 2 && numbers.every((number, at) => number === at + 1) ? 'positions' : 'counts';
}

/** Parts a row's leading number from its text, if a word follows. */
export function splitLeading(text: string): { count: Decimal | null; rest: string } {
  const match = LEADING_COUNT.exec(text);
  const rest = text.slice(match?.[0].length);
  if (match?.[1] === undefined || !/\p{L}{2}/u.test(rest.split(' ', 1)[0] ?? ''))
    return { count: null, rest: text };
  return { count: { units: BigInt(match[1]), scale: 0 }, rest };
}
