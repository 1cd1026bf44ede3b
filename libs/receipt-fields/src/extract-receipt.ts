import { type Receipt, type RecognisedPage, receiptOf } from '@inkstream/contracts';
import { currencyOf, originEvidence, originOf } from './amounts/currency.ts';
import { format } from './amounts/decimal.ts';
import { readLedger } from './amounts/ledger.ts';
import { decimalMark } from './amounts/numbers.ts';
import { findPayment } from './amounts/payment.ts';
import { findSubtotal, findTax } from './amounts/tax.ts';
import { chooseTotal } from './amounts/total.ts';
import { fieldOf, textFieldOf } from './confidence.ts';
import { findDate } from './date-time/date-field.ts';
import type { DateOrder } from './date-time/dates.ts';
import { findTime } from './date-time/time.ts';
import { findAddress } from './head/address.ts';
import { readHeader } from './head/header.ts';
import { findMerchant } from './head/merchant.ts';
import { findItems } from './items/items.ts';
import { PLAIN_LETTERS } from './lexicon/countries.ts';
import { minorDigits } from './lexicon/currencies.ts';
import { boundedRows } from './page/bounded-rows.ts';
import { mendWords, withoutAccents } from './words/spelling.ts';

/** What the caller knows and the receipt may not say. */
export interface ExtractOptions {
  /** Order of day and month in all-digit dates. */
  readonly dateOrder?: DateOrder;
  /** Today as ISO 8601, `2026-11-24`: a purchase is not in the future. */
  readonly today?: string;
}

/**
 * Reads merchant, address, date, time, currency, amounts, payment and items from the lines of a receipt. Never throws:
 * a field that is not found is null, all of them if there is no receipt. Line indices count through all pages, in the
 * order given. Amounts are decimal strings in the currency's minor digits; they are reckoned exactly.
 */
export function extractReceipt(pages: readonly RecognisedPage[], options: ExtractOptions = {}): Receipt {
  const rows = boundedRows(pages);
  const origin = originOf(rows);
  const currency = currencyOf(rows, origin);
  const style = {
    decimal: decimalMark(rows.map(({ text }) => text)),
    minorDigits: minorDigits(currency?.code ?? null),
  };
  const entries = readLedger(rows, style);

  const header = readHeader(rows);
  const merchant = findMerchant(rows, header);
  const address = findAddress(header, merchant?.span ?? [-1, -1]);
  const date = findDate(rows, { order: options.dateOrder, today: options.today, country: origin.country });
  const time = findTime(rows, date?.row ?? null);
  const total = chooseTotal(entries);
  const tax = findTax(entries, total?.value ?? null);
  const subtotal = findSubtotal(entries, total?.value ?? null, tax?.value ?? null);
  const payment = findPayment(entries, total?.value ?? null);
  const headEnd = Math.max(merchant?.span[1] ?? -1, ...(address?.rows ?? []).map((row) => rows.indexOf(row)));
  const sums = [total, subtotal].flatMap((amount) => (amount ? [amount.value] : []));

  const plain = origin.country !== null && PLAIN_LETTERS.has(origin.country.code);
  const mend = (text: string) => mendWords(plain ? withoutAccents(text) : text);
  const amountField = (amount: typeof tax) =>
    amount && fieldOf(format(amount.value, style.minorDigits), amount.evidence, amount.rows);
  return receiptOf({
    pages: pages.map(({ number }, at) => number ?? at + 1),
    merchant: merchant && textFieldOf(mend(merchant.value), merchant.evidence, merchant.rows),
    address: address && textFieldOf(mend(address.value), address.evidence, address.rows),
    date: date && fieldOf(date.value, date.evidence, [date.row]),
    time: time && fieldOf(time.value, time.evidence, [time.row]),
    currency: currency && fieldOf(currency.code, currency.confidence, currency.rows),
    total: amountField(total),
    subtotal: amountField(subtotal),
    tax: amountField(tax),
    paymentMethod: payment && fieldOf(payment.value, payment.evidence, payment.rows),
    country: origin.country && fieldOf(origin.country.code, originEvidence(origin), origin.rows),
    items: findItems(entries, headEnd, style, sums),
  });
}
