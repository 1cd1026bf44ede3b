import type { ReceiptFieldName } from '@inkstream/contracts';
import { format, trimmed } from '../amounts/decimal.ts';
import { numbersIn } from '../amounts/numbers.ts';
import { datesIn } from '../date-time/dates.ts';
import { timesIn } from '../date-time/time.ts';
import { minorDigits } from '../lexicon/currencies.ts';

/** What models write in place of a value that they do not know. */
const UNKNOWN = /^(?:|n\/?a|null|none|unknown|not (?:visible|available|given|stated)|[-–—?]+)$/i;

/** A text that says something, on one line; null if it does not. */
export function known(text: string | null | undefined): string | null {
  const line = (text ?? '')
    .toWellFormed()
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return UNKNOWN.test(line) ? null : line;
}

/** The one thing in a list; null if there is none, or several. */
const only = <T>(list: readonly T[]): T | null => (list.length === 1 ? (list[0] ?? null) : null);

/** A number that is not written as receipts write amounts: `1e21`, `0x10`; and `(5.00)`, which some mean to be negative. */
const NO_AMOUNT = /\d[ex][-+]?\d|^\(.*\)$/i;

/** The one amount in a text, `RM 1,234.5`, as a decimal string with the currency's minor digits, `1234.50`. */
export function amountIn(text: string, currency: string | null): string | null {
  if (NO_AMOUNT.test(text)) return null;
  const digits = minorDigits(currency);
  const number = only(numbersIn(text, { decimal: '.', minorDigits: digits }));
  return number && format(number.value, digits);
}

/** The one number in a text, `2 x` or `6 %`, as a decimal string without zeros at its end. */
export function numberIn(text: string): string | null {
  const number = only(numbersIn(text.replace(/\s?(?:%|x|×)\s?$/iu, ''), { decimal: '.', minorDigits: 2 }));
  return number && format(trimmed(number.value));
}

/** The one date in a text as ISO 8601; null if day and month could be either. */
function dateIn(text: string): string | null {
  const { dmy, mdy } = only(datesIn(text))?.readings ?? {};
  return dmy !== undefined && dmy === mdy ? dmy : null;
}

const upper = (pattern: RegExp) => (text: string) =>
  pattern.test(text.toUpperCase()) ? text.toUpperCase() : null;

function languageIn(text: string): string | null {
  try {
    return /^[a-z]{2,3}(-|$)/i.test(text) ? (Intl.getCanonicalLocales(text)[0] ?? null) : null;
  } catch {
    return null;
  }
}

type Read = (text: string, currency: string | null) => string | null;

/** Fields whose values have a form; any other is text as it is printed. */
const FORMS: { readonly [N in ReceiptFieldName]?: Read } = {
  date: dateIn,
  time: (text) => only(timesIn(text)),
  currency: upper(/^[A-Z]{3}$/),
  country: upper(/^[A-Z]{2}$/),
  language: languageIn,
  subtotal: amountIn,
  tax: amountIn,
  total: amountIn,
  tip: amountIn,
  serviceCharge: amountIn,
  rounding: amountIn,
  paid: amountIn,
  change: amountIn,
  cardLast4: (text) => /(\d{4})\D{0,20}$/.exec(text)?.[1] ?? null,
  kind: (text) => /^(?:purchase|refund)$/.exec(text.toLowerCase())?.[0] ?? null,
};

/** Whether the values of a field are amounts. */
export const isAmount = (name: ReceiptFieldName): boolean => FORMS[name] === amountIn;

/**
 * A field's value in the form that results have it in; null if the text has not one such value, as nothing is guessed.
 *
 * @param currency ISO 4217, for the digits of amounts.
 */
export const valueIn = (name: ReceiptFieldName, text: string, currency: string | null): string | null =>
  (FORMS[name] ?? ((same) => same))(text, currency);
