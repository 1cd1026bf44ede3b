/** A mark written beside amounts, and the currencies (ISO 4217) that it can stand for, the likeliest first. */
export interface CurrencyMark {
  readonly mark: RegExp;
  readonly currencies: readonly string[];
}

/** Every code of ISO 4217 that is in use. */
const CODES: readonly string[] = Intl.supportedValuesOf('currency');
const IS_CODE: ReadonlySet<string> = new Set(CODES);
/** Codes that are words on receipts too: these need an amount beside them. */
export const WORDLIKE_CODES: ReadonlySet<string> = new Set(
  'ALL AMD ANG BAM BHD BOB COP CUP DOP GEL GIP KID LAK MAD MOP MUR PAB PEN RON SOS SVC TOP TRY VES XAF XAU XDR ARS BIF SLE SHP'.split(
    ' ',
  ),
);

const ANY_CODE = /(?<![\p{L}])[A-Z]{3}(?!\p{L})/gu;

/** The codes of ISO 4217 in a text, each once, and whether each has an amount beside it. */
export function codesIn(text: string): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { 0: code, index } of text.matchAll(ANY_CODE)) {
    if (!IS_CODE.has(code)) continue;
    const [before, after] = [text.slice(0, index), text.slice(index + 3)];
    const beside = WORDLIKE_CODES.has(code)
      ? /\d[.,]\d\d\s?$/.test(before) || /^\s?[-−]?\d{1,9}[.,]\d\d/.test(after)
      : /\d[\s.,:-]{0,2}$/.test(text.slice(0, index)) || /^[\s.:]{0,2}[-−]?\d/.test(text.slice(index + 3));
    found.set(code, beside || found.get(code) === true);
  }
  return found;
}

const NUMBER_AFTER = String.raw`(?=\s?[-−]?\s?[\d.])(?!\s?\d{1,2}(?:[.,]\d{1,2})?\s?%)`;
const NUMBER_BEFORE = String.raw`(?<=\d[.,\-–]?[\s*]?)`;
/** A mark that is a word stands right beside a number, or ends the label of one. */
const word = (text: string, ...currencies: string[]): CurrencyMark => ({
  mark: new RegExp(
    String.raw`(?<![\p{L}\d])${text}${NUMBER_AFTER}|${NUMBER_BEFORE}${text}(?![\p{L}\d])|(?<=\p{L}{3}[\s(:]{1,3})${text}(?=\s?[):]?\s?(?:\d|$))`,
    'u',
  ),
  currencies,
});
/**
 * A letter alone is a tax code behind an amount, a misread state in an address, a size: it is a mark only before an
 * amount with its minor digits, or at the end of an amount's label.
 */
const letter = (text: string, ...currencies: string[]): CurrencyMark => ({
  mark: new RegExp(
    String.raw`(?<![\p{L}\d])${text}(?=\s?[-−]?\s?\d[\d ,.]{0,12}[.,]\d\d(?!\d|\s?%))|(?<=\p{L}{3}[\s(:]{1,3})${text}(?=\s?[):]?\s?(?:\d{1,4}(?!\d)|$))`,
    'u',
  ),
  currencies,
});
const symbol = (text: string, ...currencies: string[]): CurrencyMark => ({
  mark: new RegExp(text, 'u'),
  currencies,
});
/** A dollar, unless letters before it name whose it is. */
const dollar = (...currencies: string[]) =>
  symbol(
    String.raw`(?<![\p{L}$])\$${NUMBER_AFTER}|${NUMBER_BEFORE}\$(?![\p{L}\d])|(?<=\p{L}{3}[\s(:]{1,3})\$(?=\s?[):]?\s?(?:\d|$))`,
    ...currencies,
  );
const lettered = (letters: string, currency: string) =>
  symbol(String.raw`(?<!\p{L})${letters}\s?\$`, currency);

/** Signs that are letters of no alphabet, and the currencies that CLDR writes with each. */
const signs = Map.groupBy(CODES, (currency) => {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return parts.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? '';
});
const UNIQUE_SIGNS: readonly CurrencyMark[] = [...signs].flatMap(([sign, [currency, ...others]]) =>
  /^\p{Sc}$/u.test(sign) && others.length === 0 && currency !== undefined ? [symbol(sign, currency)] : [],
);

/** The marks that receipts bear, beside the codes: signs from CLDR, and what is written in letters there. */
export const CURRENCY_MARKS: readonly CurrencyMark[] = [
  ...UNIQUE_SIGNS,
  symbol('€', 'EUR'),
  symbol('£', 'GBP', 'EGP', 'LBP', 'GIP'),
  symbol('[¥￥]', 'JPY', 'CNY'),
  symbol('₩', 'KRW'),
  symbol('₺', 'TRY'),
  symbol('₽', 'RUB'),
  symbol('₱', 'PHP'),
  symbol('₹', 'INR'),
  dollar('USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN', 'TWD', 'CLP', 'COP', 'ARS', 'UYU'),
  lettered('US', 'USD'),
  lettered('CA?', 'CAD'),
  lettered('AU?', 'AUD'),
  lettered('NZ', 'NZD'),
  lettered('S', 'SGD'),
  lettered('HK', 'HKD'),
  lettered('NT', 'TWD'),
  lettered('R', 'BRL'),
  lettered('RD', 'DOP'),
  lettered('MX', 'MXN'),
  symbol(String.raw`(?<!\p{L})RM(?!\p{L})`, 'MYR'),
  word('R[sS]\\.?', 'INR', 'PKR', 'LKR', 'NPR', 'MUR'),
  word('N[Rr][sS]\\.?', 'NPR'),
  word('रु\\.?', 'INR', 'NPR'),
  letter('R', 'ZAR'),
  letter('P', 'PHP', 'BWP'),
  word('(?:SFr|Fr|FR)\\.?', 'CHF'),
  word('[kK][rR]\\.?', 'SEK', 'NOK', 'DKK', 'ISK'),
  word(',-', 'NOK', 'DKK'),
  word('(?:z[łl]|ZŁ)', 'PLN'),
  word('K[čcČC]\\.?', 'CZK'),
  word('(?:Ft|FT)\\.?', 'HUF'),
  word('(?:[lL]ei|LEI)', 'RON', 'MDL'),
  word('(?:kn|KN|Kn)', 'HRK'),
  word('KM', 'BAM'),
  word('(?:лв|ЛВ)\\.?', 'BGN'),
  word('(?:дин|РСД|din)\\.?', 'RSD'),
  word('(?:ден|ДЕН)\\.?', 'MKD'),
  word('(?:руб|РУБ|р)\\.?', 'RUB', 'BYN'),
  word('(?:грн|ГРН)\\.?', 'UAH'),
  word('(?:тг|тенге)\\.?', 'KZT'),
  word('(?:TL|Tl|YTL)', 'TRY'),
  word('Rp\\.?', 'IDR'),
  word('(?:[đĐ]|VN[ĐD])', 'VND'),
  symbol('円', 'JPY'),
  word('元', 'CNY', 'TWD', 'HKD'),
  word('圓', 'TWD', 'HKD'),
  word('원', 'KRW'),
  word('บาท', 'THB'),
  symbol('ש["״”\']?ח', 'ILS'),
  symbol('د\\.إ|درهم', 'AED', 'MAD'),
  symbol('ر\\.س|ريال', 'SAR', 'QAR', 'OMR', 'YER'),
  symbol('د\\.ك', 'KWD'),
  symbol('ج\\.م|جنيه', 'EGP'),
  word('(?:Dhs?|DHS?)\\.?', 'AED', 'MAD'),
  word('(?:LE|L\\.E)\\.?', 'EGP'),
  word('(?:KSh|KSH|Ksh)s?\\.?', 'KES'),
  word('S/\\.?', 'PEN'),
  word('Bs\\.?', 'BOB', 'VES'),
  word('Gs\\.?', 'PYG'),
];

/** Digits of the minor unit of a currency: CLDR's, which leaves out minor units that nobody prints. */
export function minorDigits(currency: string | null): number {
  if (currency === null || !IS_CODE.has(currency)) return 2;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}
