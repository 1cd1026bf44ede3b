import type { Decimal } from './decimal.ts';

/** How a receipt writes its numbers. */
export interface NumberStyle {
  /** The mark before the minor units: a point as in `1,234.50`, or a comma as in `1.234,50`. */
  readonly decimal: '.' | ',';
  /** Digits of the minor unit in the receipt's currency (ISO 4217): 2 for most, 0 for the yen. */
  readonly minorDigits: number;
  /** Whether spaces part groups of digits: `1 234.50`. With a decimal comma they may anyway. */
  readonly spaced?: boolean;
}

/** A number found in a text, and where. */
export interface FoundNumber {
  readonly value: Decimal;
  readonly start: number;
  readonly end: number;
  /** Whether it looks like money: it has minor units, or a currency mark beside it. */
  readonly money: boolean;
  /** Whether it stands in brackets: what is negative, or a remark on the number before it. */
  readonly bracketed: boolean;
}

/** More digits than this are a barcode or an account, not a number to reckon with. */
const MOST_DIGITS = 15;
const NUMBER = /(?:\d+(?:[.,'’]\d+)*|(?<![\d.,])[.,]\d\d(?!\d))(?:[.,][-–—])?/gu;
const LETTERS_BEFORE = String.raw`RM|MYR|USD|EUR|GBP|CHF|SGD|JPY|INR|IDR|AED|SAR|PHP|ZAR|NOK|SEK|DKK|PLN|CZK|HUF|TRY|BRL|MXN|VND|KRW|THB|Rs\.?|Rp\.?|S?Fr\.?|kr\.?|NRs\.?|S\/\.?|Bs\.?|रु|د\.إ`;
const MARK = String.raw`(?:(?<![\p{L}\d])(?:${LETTERS_BEFORE})|(?:(?<!\p{L})(?:US|CA|AU|NZ|NT|HK|MX|RD|[ACRS]))?\p{Sc}|¥|￥|[*=](?!\d*\s?[x×]))`;
const MARK_BEFORE = new RegExp(String.raw`${MARK}\s?[-−]?\s?$`, 'iu');
const MARK_AFTER =
  /^[.,]?[-–]?\s?(?:(?:EUR|CHF|GBP|USD|SEK|NOK|DKK|PLN|CZK|HUF|RON|TRY|VND|VNĐ|SAR|AED)(?!\p{L})|kr(?!\p{L})|z[łl](?!\p{L})|K[čc](?!\p{L})|Ft(?!\p{L})|lei(?!\p{L})|kn(?!\p{L})|KM(?!\p{L}| ?\d)|TL(?!\p{L})|(?:лв|грн|руб|дин|РСД|ден)(?!\p{L})|[đ](?!\p{L})|\p{Sc}|円|元|원|บาท|ש|د\.|درهم|ريال)/iu;
const MARK_AT_END = new RegExp(String.raw`${MARK}\s?$`, 'iu');
const MINUS = /(?:^|[\s(:]|\p{Sc}|RM)[-−–]\s?$/u;
/** "(64.79)", "($64.79)": accountants write what is negative in brackets. */
const BRACKET = /(?:^|\s)[-−]?\(\s?$/u;

/** Whole sums of money: minor units parted by a mark, or digits in groups. */
const WITH_MINOR = /(?<![\d.,/:]|\d-)\d{1,3}(?:[.,' ]?\d{3}){0,3}[.,]\d\d(?![\d.,/:%]|\s?%|-\d)/g;

const SPACED_CELL = /^\D{0,4}\d{1,3}(?: \d{3})+[.,]\d\d\D{0,4}$/u;
const SPACED_WHOLE_CELL = /^\D{0,4}\d{1,3}(?: \d{3})+\D{0,4}$/u;

/**
 * How the receipt writes its amounts. A currency of minor units is printed without them in many shops, and one without
 * them with two zeros in some: what most amounts show decides.
 */
export function numberStyle(texts: readonly string[], currencyDigits: number): NumberStyle {
  const minor = texts.reduce((count, text) => count + (text.match(WITH_MINOR)?.length ?? 0), 0);
  const spaced = texts.some((text) => (minor > 0 ? SPACED_CELL : SPACED_WHOLE_CELL).test(text));
  const digits =
    currencyDigits === 0 ? (minor >= 3 ? 2 : 0) : currencyDigits === 2 && minor === 0 ? 0 : currencyDigits;
  return { decimal: decimalMark(texts), minorDigits: digits, spaced };
}

/** Whether more amounts end in a comma and two digits than in a point and two digits. */
export function decimalMark(texts: readonly string[]): '.' | ',' {
  const count = (pattern: RegExp) => texts.reduce((n, text) => n + (text.match(pattern)?.length ?? 0), 0);
  return count(/\d,\d\d(?![\d.,])/g) > count(/\d\.\d\d(?![\d.,])/g) ? ',' : '.';
}

/**
 * The numbers in a text, left to right. Percentages, dates, times, and runs of digits joined to letters or slashes
 * are left out; what engines do to numbers (a space beside the point, the letter O for a zero) is mended first.
 */
export function numbersIn(text: string, style: NumberStyle): FoundNumber[] {
  const clean = mend(text, style);
  const found: FoundNumber[] = [];
  for (const match of clean.matchAll(NUMBER)) {
    const start = match.index;
    const end = start + match[0].length;
    const [before, after] = [clean.slice(Math.max(0, start - 6), start), clean.slice(end, end + 5)];
    if (/[\d/:#]$|\d[-–]$/u.test(before) || /^(?:[/:]\d|\s?%|[-–]\d)/u.test(after)) continue;
    const parsed = parseNumber(match[0], style);
    if (!parsed || (parsed.scale === 0 && MASKED.test(before))) continue;
    const marked = MARK_BEFORE.test(before) || MARK_AFTER.test(after);
    if (
      !marked &&
      (/[\p{L}_]$/u.test(before) || /^\p{L}{2}/u.test(after)) &&
      parsed.scale !== style.minorDigits
    ) {
      continue;
    }
    const unmarked = before.replace(MARK_AT_END, '');
    const bracketed = BRACKET.test(unmarked) && /^\)/.test(after) && parsed.scale > 0;
    const negative =
      bracketed ||
      MINUS.test(before) ||
      MINUS.test(unmarked) ||
      /^\s?[-−](?:\s\p{L}?(?:\s|$)|\p{L}?$)/u.test(after);
    const value = negative ? { units: -parsed.units, scale: parsed.scale } : parsed;
    const money = isMoney(parsed, match[0], marked, style) && (marked || !UNIT_AFTER.test(after));
    found.push({ value, start, end, money, bracketed });
  }
  return found;
}

/** What hides the other digits of a card: "**** 8054" is no sum of money. */
const MASKED = /[*#•xX]{3}[ -]?$/u;

/** Square metres, kilograms, a share of litres: "20,40 mp" is no sum of money. */
const UNIT_AFTER = /^\s?(?:m2|m²|mp|qm|mq|sqm|kg|ml|cl)(?!\p{L})/iu;

/** Whole numbers this long are grouped, or they are no sums of money. */
const LONG = /\d{8}/;

function isMoney(
  { scale }: Decimal,
  written: string,
  marked: boolean,
  { minorDigits }: NumberStyle,
): boolean {
  if (minorDigits > 0)
    return (
      scale === minorDigits ||
      (marked && scale < minorDigits && !/\d{6}/.test(written)) ||
      /[-–—]$/u.test(written)
    );
  return scale === 0 && ((marked && !LONG.test(written)) || /\d[.,]\d{3}/.test(written));
}

/**
 * Reads `1,234.50`, `1.234,50`, `1'234.50`, `1,23,456.00` (India's lakh), `.05`, `12.-`. If one mark stands alone
 * before three digits, the receipt's style says whether it groups or divides. Null when the digits fit no way of
 * writing (`12.04.2018`).
 */
export function parseNumber(written: string, style: NumberStyle): Decimal | null {
  const text = written.replace(/[.,][-–—]$/u, '').replace(/[’]/gu, "'");
  const parts = text.split(/[.,']/);
  if (parts.join('').length > MOST_DIGITS) return null;
  const marks = [...text.replace(/\d/g, '')];
  const last = marks.at(-1);
  if (last === undefined) return { units: BigInt(text), scale: 0 };
  const tail = parts.at(-1) ?? '';
  const alone = marks.indexOf(last) === marks.length - 1;
  const fraction =
    last !== "'" &&
    (tail.length === 3
      ? alone && style.minorDigits !== 0 && (last === style.decimal || marks.length > 1)
      : true) &&
    (alone || tail.length === 2);
  const whole = fraction ? parts.slice(0, -1) : parts;
  if (!isGrouped(whole)) return null;
  return { units: BigInt(whole.join('') + (fraction ? tail : '') || '0'), scale: fraction ? tail.length : 0 };
}

/** Groups of three, or India's: the last of three, those before it of two. */
function isGrouped(groups: readonly string[]): boolean {
  const [first, ...rest] = groups;
  if (rest.length === 0) return true;
  if (first === undefined || first.length < 1 || first.length > 3 || rest.at(-1)?.length !== 3) return false;
  const middle = rest.slice(0, -1);
  return (
    middle.every(({ length }) => length === 3) ||
    (first.length < 3 && middle.every(({ length }) => length === 2))
  );
}

/** "RMB.99", "RM O.50": a currency's mark, then a letter that looks like a digit, then minor units. */
const LETTER_AFTER_MARK = /(?<=(?<!\p{L})RM ?|[$€£¥] ?)[BOSIlZ](?=[.,]\d\d(?!\d))/gu;
const DIGITS_LIKE: Readonly<Record<string, string>> = { B: '8', O: '0', S: '5', I: '1', l: '1', Z: '2' };

/** "1 234 567,89": groups parted by spaces. More of them have more digits than an amount. */
const SPACED =
  /(?:(?<![\d.,\p{L}])|(?<=(?<!\p{L})(?:R|RM|Rs|Rp|kr)))\d{1,3}(?: \d{3}){1,4}(?=[.,]\d\d(?!\d))/gu;
const SPACED_WHOLE = /(?<![\d.,\p{L}])\d{1,3}(?: \d{3}){1,4}(?![\d.,])/gu;

/** Same length as the text if possible: positions are of use to callers only relative to one another. */
function mend(text: string, { decimal, minorDigits, spaced = decimal === ',' }: NumberStyle): string {
  const zeros = text.replace(
    /(?<![\p{L}\d.,])(?=[oO.,]{0,12}\d)[\doO]{1,12}(?:[.,][\doO]{1,3}){0,4}(?!\p{L})/gu,
    (number) => number.replace(/[oO]/g, '0'),
  );
  const marked = zeros.replace(LETTER_AFTER_MARK, (letter) => DIGITS_LIKE[letter] ?? letter);
  // ", 28": what stood before the point was lost in a fold.
  const folded = marked.replace(/(?<=^|\s)([.,]) (\d\d)(?![\d.,%])/gu, ' $1$2');
  const points = folded.replace(/(\d)(?: ([.,])|([.,]) )(\d\d)(?![\d.,%]|\s?%)/g, '$1$2$3$4');
  if (!spaced) return points;
  const groups = minorDigits === 0 ? SPACED_WHOLE : SPACED;
  return points.replace(groups, (number) => number.replace(/ /g, ''));
}
