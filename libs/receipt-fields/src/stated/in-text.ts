import type { ReceiptFieldName } from '@inkstream/contracts';
import { absolute, isZero, keyOf, parse } from '../amounts/decimal.ts';
import { decimalMark, numbersIn } from '../amounts/numbers.ts';
import { datesIn } from '../date-time/dates.ts';
import { timesIn } from '../date-time/time.ts';
import { minorDigits } from '../lexicon/currencies.ts';
import type { Row } from '../page/rows.ts';
import { skeleton } from '../words/skeleton.ts';
import { isAmount } from './values.ts';

/** Fields whose values are printed as they are, but for case, blanks and marks. */
const AS_PRINTED: ReadonlySet<ReceiptFieldName> = new Set([
  'merchant',
  'address',
  'legalName',
  'phone',
  'taxId',
  'receiptNumber',
  'cardLast4',
]);

const squashed = (text: string): string => skeleton(text).replaceAll(' ', '');

/** Whether a value stands in the text; undefined if it is of no kind that has to, such as a currency's code. */
export type InText = (name: ReceiptFieldName, value: string) => boolean | undefined;

/** Reads the text once, for all fields. */
export function textOfRows(rows: readonly Row[], currency: string | null): InText {
  const texts = rows.map(({ text }) => text);
  const style = { decimal: decimalMark(texts), minorDigits: minorDigits(currency) };
  const numbers = new Set(
    texts.flatMap((text) => numbersIn(text, style).map(({ value }) => keyOf(absolute(value)))),
  );
  const dates = new Set(
    texts.flatMap((text) => datesIn(text).flatMap(({ readings }) => Object.values(readings))),
  );
  const times = texts.flatMap(timesIn);
  const words = new Set(rows.flatMap(({ folded }) => folded.split(' ')));
  const whole = rows.map(({ folded }) => folded.replaceAll(' ', '')).join('');
  return (name, value) => {
    if (rows.length === 0) return undefined;
    if (isAmount(name)) {
      const amount = parse(value);
      return !amount || isZero(amount) ? undefined : numbers.has(keyOf(absolute(amount)));
    }
    if (name === 'date') return dates.has(value);
    if (name === 'time') return times.some((time) => sameTime(time, value));
    if (!AS_PRINTED.has(name)) return undefined;
    return (
      whole.includes(squashed(value)) ||
      skeleton(value)
        .split(' ')
        .every((word) => words.has(word))
    );
  };
}

/** Whether two times are the same minute, and second if both say it. */
const sameTime = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** Whether two values of a field say the same. */
export function sameValue(name: ReceiptFieldName, a: string, b: string): boolean {
  if (isAmount(name)) {
    const [x, y] = [parse(a), parse(b)];
    return x !== null && y !== null && keyOf(x) === keyOf(y);
  }
  if (name === 'time') return sameTime(a, b);
  const [x, y] = [squashed(a), squashed(b)];
  return x.includes(y) || y.includes(x);
}
