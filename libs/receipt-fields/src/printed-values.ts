import { format } from './amounts/decimal.ts';
import { decimalMark, numbersIn } from './amounts/numbers.ts';
import { type DateOrder, datesIn } from './date-time/dates.ts';
import { minorDigits } from './lexicon/currencies.ts';

/** What is known of the receipt that an amount is printed on. */
export interface AmountHints {
  /** ISO 4217. */
  readonly currency?: string | null;
  /** Other amounts of it, which show its decimal mark. */
  readonly beside?: readonly string[];
}

/**
 * An amount as it is printed (`RM 1,234.50`, `1.234,50 €`) as a decimal string in the minor digits of the currency, two if
 * it is not known; null if it is none.
 */
export function readAmount(
  printed: string,
  { currency = null, beside = [] }: AmountHints = {},
): string | null {
  const style = { decimal: decimalMark([printed, ...beside]), minorDigits: minorDigits(currency) };
  const numbers = numbersIn(printed, style);
  const found = numbers.find(({ money }) => money) ?? numbers[0];
  return found ? format(found.value, style.minorDigits) : null;
}

/** A date as it is printed, in ISO 8601; null if it is none, or if day and month could be either and no order is given. */
export function readDate(printed: string, order?: DateOrder): string | null {
  const [found] = datesIn(printed);
  if (!found) return null;
  const { dmy, mdy } = found.readings;
  if (dmy === mdy) return dmy;
  const sure = order ?? found.shape;
  return sure ? found.readings[sure] : null;
}
