import type { OcrLine, RecognisedReceipt } from '@inkstream/contracts';
import { readAmount, readDate } from '@inkstream/receipt-fields';
import type { TabScannerResult } from './answers.ts';

type Amount = string | number | undefined;

/** The fields that the vendor knows. It writes 0, or nothing, for what it does not know. */
export function receiptOf(result: TabScannerResult): RecognisedReceipt {
  const currency = result.currency || null;
  // Not as numbers of JSON may be written, `1e21`: a part of that is no amount.
  const isKnown = (value: Amount) => Number(value) !== 0 && /^-?\d+(?:\.\d+)?$/.test(String(value).trim());
  const money = (value: Amount) => (isKnown(value) ? readAmount(String(value), { currency }) : null);
  const field = (value: string | null | undefined, confidence?: number) =>
    value ? { value, ...(confidence !== undefined && { confidence }) } : undefined;
  const [day, time] = dateOf(result.date ?? '');
  const fields = {
    merchant: field(result.establishment, result.establishmentConfidence),
    address: field(result.address),
    phone: field(result.phoneNumber),
    date: field(day, result.dateConfidence),
    time: field(time, result.dateConfidence),
    currency: field(/^[A-Z]{3}$/.exec(result.currency ?? '')?.[0]),
    paymentMethod: field(result.paymentMethod),
    total: field(money(result.total), result.totalConfidence),
    subtotal: field(money(result.subTotal), result.subTotalConfidence),
    tax: field(money(result.tax)),
    tip: field(money(result.tip), result.tipConfidence),
    rounding: field(money(result.rounding), result.roundingConfidence),
    paid: field(money(result.cash), result.cashConfidence),
    change: field(money(result.change), result.changeConfidence),
  };
  const items = result.lineItems.map(({ qty, desc, descClean, price, lineTotal }) => ({
    description: descClean || desc || '',
    quantity: isKnown(qty) ? String(qty) : null,
    unitPrice: money(price),
    amount: money(lineTotal),
  }));
  return { ...Object.fromEntries(Object.entries(fields).filter(([, known]) => known)), items };
}

/** `2020-07-05 09:45:00`: midnight is no time of day that anybody printed, and `0000-00-00` no day. */
function dateOf(written: string): [string | null, string | null] {
  const [, day = null, time = null] =
    /^(\d{4}-\d\d-\d\d)(?:[ T]((?:[01]\d|2[0-3]):[0-5]\d))?/.exec(written) ?? [];
  return [day && readDate(day), time === '00:00' ? null : time];
}

/** The texts that the vendor quotes; it tells no others, and not where they are. */
export function linesOf({ establishment, address, lineItems, summaryItems }: TabScannerResult): OcrLine[] {
  const items = lineItems.map(({ desc, lineTotal }) => `${desc ?? ''} ${Number(lineTotal) ? lineTotal : ''}`);
  const texts = [establishment, address, ...items, ...summaryItems.map(({ desc }) => desc)];
  return texts.flatMap((text) => (text?.trim() ? { text: text.trim() } : []));
}
