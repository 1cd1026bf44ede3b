/** A mark written beside amounts, and the currencies (ISO 4217) that it can stand for, the likeliest first. */
export interface CurrencyMark {
  readonly mark: RegExp;
  readonly currencies: readonly string[];
}

const mark = (pattern: string, ...currencies: string[]): CurrencyMark => ({
  mark: new RegExp(pattern, 'u'),
  currencies,
});
/** A mark that is a word has to stand beside a digit, a bracket or alone, never inside another word. */
const word = (text: string, ...currencies: string[]) =>
  mark(String.raw`(?<!\p{L})${text}(?!\p{L})`, ...currencies);

/** Codes of ISO 4217 as they stand on receipts. */
export const CURRENCY_CODE =
  /(?<!\p{L})(?:MYR|USD|EUR|GBP|CHF|SGD|JPY|CNY|INR|IDR|THB|PHP|VND|KRW|HKD|TWD|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|BRL|MXN|AED|SAR|ZAR|TRY)(?!\p{L})/gu;

export const CURRENCY_MARKS: readonly CurrencyMark[] = [
  word('RM', 'MYR'),
  mark(String.raw`(?<![\p{L}$])\$(?=\s?[\d.)])`, 'USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN', 'TWD'),
  mark('€', 'EUR'),
  mark('£', 'GBP'),
  mark('[¥￥円]', 'JPY', 'CNY'),
  mark('₹', 'INR'),
  word(String.raw`R[sS]\.?`, 'INR', 'PKR', 'LKR'),
  word(String.raw`Fr\.`, 'CHF'),
  word('kr', 'SEK', 'NOK', 'DKK'),
  word('zł', 'PLN'),
  word('Kč', 'CZK'),
  mark('₩', 'KRW'),
  mark('₫', 'VND'),
  mark('฿', 'THB'),
  mark('₱', 'PHP'),
  word('Rp', 'IDR'),
  mark(String.raw`S\$`, 'SGD'),
  mark(String.raw`HK\$`, 'HKD'),
  mark(String.raw`NT\$`, 'TWD'),
  mark(String.raw`US\$`, 'USD'),
  mark(String.raw`A\$`, 'AUD'),
  mark(String.raw`R\$`, 'BRL'),
];

/** Digits after the point if they are not two (ISO 4217, list one). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  JPY: 0,
  KRW: 0,
  VND: 0,
  CLP: 0,
  ISK: 0,
  KWD: 3,
  BHD: 3,
  OMR: 3,
  TND: 3,
  JOD: 3,
};

/** Digits of the minor unit of a currency. Rupiah have two in the standard, and none on paper. */
export function minorDigits(currency: string | null): number {
  if (currency === 'IDR') return 0;
  return MINOR_DIGITS[currency ?? ''] ?? 2;
}
