import { type Receipt, type RecognisedPage, receiptOf } from '@inkstream/contracts';
import { absolute, format } from './amounts/decimal.ts';

import { type AmountEvidence, readLedger } from './amounts/ledger.ts';
import { numberStyle } from './amounts/numbers.ts';
import { findPayment } from './amounts/payment.ts';
import { readAmounts } from './amounts/read-amounts.ts';
import { type Calibration, calibrated } from './calibration/calibrated.ts';
import { measured } from './calibration/measured.ts';
import { fieldOf, textFieldOf } from './confidence.ts';
import { findDate } from './date-time/date-field.ts';
import type { DateOrder } from './date-time/dates.ts';
import { findTime } from './date-time/time.ts';
import { findAddress } from './head/address.ts';
import { companyName } from './head/company-name.ts';
import { readHeader } from './head/header.ts';
import { findIdentifiers, type Identifier } from './head/identifiers.ts';
import { mailHeadOf, senderIn } from './head/mail-head.ts';
import { findLegalName, findMerchant } from './head/merchant.ts';
import { minorDigits } from './lexicon/currencies.ts';
import { currencyOf, marksOn } from './origin/currency.ts';
import { languageOf } from './origin/language.ts';
import { originEvidence, originOf } from './origin/origin.ts';
import { boundedRows } from './page/bounded-rows.ts';
import { mendAddress, mendWords, withoutAccents } from './words/spelling.ts';

/** Languages that receipts print without accents: there one is a speck of dirt. */
const PLAIN_LETTERS: ReadonlySet<string> = new Set(['en', 'ms', 'id']);

/** Shops have their receipts sent by others, too. */
const SENDER = 0.5;

/** What the caller knows and the receipt may not say. */
export interface ExtractOptions {
  /** Order of day and month in all-digit dates. */
  readonly dateOrder?: DateOrder;
  /** Today as ISO 8601, `2026-11-24`: a purchase is not in the future. */
  readonly today?: string;
  /** What the confidences of fields are held against: what was measured if left out, nothing if empty. */
  readonly calibration?: Calibration;
}

/**
 * Reads merchant, address, date, time, currency, amounts, payment and items from the lines of a receipt. Never throws:
 * a field that is not found is null, all of them if there is no receipt. Line indices count through all pages, in the
 * order given. Amounts are decimal strings in the currency's minor digits; they are reckoned exactly.
 */
export function extractReceipt(pages: readonly RecognisedPage[], options: ExtractOptions = {}): Receipt {
  const shown = boundedRows(pages);
  const mailHead = shown.slice(0, mailHeadOf(shown));
  const rows = shown.slice(mailHead.length);
  const marks = marksOn(rows);
  const language = languageOf(rows);
  const origin = originOf(rows, marks, language);
  const hints = {
    order: options.dateOrder,
    today: options.today,
    country: origin.country,
    language: language?.code,
  };
  const date = findDate(rows, hints) ?? findDate(mailHead, hints);
  const currency = currencyOf(marks, origin, date?.value ?? null);
  const texts = rows.flatMap(({ lines, text }) =>
    lines.length > 1 ? [text, ...lines.map((line) => line.text)] : [text],
  );
  const minor = minorDigits(currency?.code ?? null);
  const style = numberStyle(texts, minor);
  const speaks = (code: string) => language === null || code === 'en' || language.spoken.has(code);
  const entries = readLedger(rows, style, speaks);

  const header = readHeader(rows);
  const merchant = findMerchant(rows, header);
  const sender = merchant ? null : senderIn(mailHead);
  const address = findAddress(header, merchant?.span ?? [-1, -1]);
  const time = findTime(rows, date?.row ?? null);
  const headEnd = Math.max(merchant?.span[1] ?? -1, ...(address?.rows ?? []).map((row) => rows.indexOf(row)));
  const digits = Math.max(minor, style.minorDigits);
  const amounts = readAmounts(entries, style, headEnd, digits);
  const { total, taxes, discounts, checks } = amounts;
  const payment = findPayment(entries, total && absolute(total.value));
  const identifiers = findIdentifiers(rows);
  const legal =
    merchant && !companyName(merchant.value).form ? findLegalName(rows, header, merchant.span) : null;

  const plain = (text: string) => (PLAIN_LETTERS.has(language?.code ?? '') ? withoutAccents(text) : text);
  const amountField = (amount: AmountEvidence | null) =>
    amount && fieldOf(format(amount.value, digits), amount.evidence, amount.rows);
  const identifier = (found: Identifier | null | undefined) =>
    found ? fieldOf(found.value, found.evidence, [found.row]) : null;
  const receipt = receiptOf({
    pages: pages.map(({ number }, at) => number ?? at + 1),
    merchant: merchant
      ? textFieldOf(mendWords(plain(merchant.value)), merchant.evidence, merchant.rows)
      : sender && textFieldOf(sender.value, SENDER, [sender.row]),
    address:
      address &&
      textFieldOf(mendAddress(plain(address.value), origin.country?.code), address.evidence, address.rows),
    date: date && fieldOf(date.value, date.evidence, [date.row]),
    time: time && fieldOf(time.value, time.evidence, [time.row]),
    currency: currency && fieldOf(currency.code, currency.confidence, currency.rows),
    total: amountField(total),
    subtotal: amountField(amounts.subtotal),
    tax: amountField(amounts.tax),
    tip: amountField(amounts.tip),
    serviceCharge: amountField(amounts.serviceCharge),
    rounding: amountField(amounts.rounding),
    paid: amountField(amounts.paid),
    change: amountField(amounts.change),
    paymentMethod: payment && fieldOf(payment.value, payment.evidence, payment.rows),
    legalName: legal && fieldOf(legal.value, 0.8, [legal.row]),
    phone: identifier(identifiers.phone),
    taxId: identifier(identifiers.taxId),
    receiptNumber: identifier(identifiers.receiptNumber),
    cardLast4: identifier(identifiers.cardLast4),
    kind: total && fieldOf(amounts.refund ? 'refund' : 'purchase', total.evidence, total.rows),
    country: origin.country && fieldOf(origin.country.code, originEvidence(origin), origin.rows),
    language: language && fieldOf(language.code, language.evidence, language.rows),
    items: amounts.items,
    ...(discounts.length > 0 && { discounts }),
    ...(taxes.length > 0 && { taxes }),
    ...(checks.length > 0 && { checks }),
  });
  return calibrated(receipt, options.calibration ?? measured);
}
