import type { AmountRole } from '../lexicon/amount-labels.ts';
import type { Row } from '../page/rows.ts';
import type { Decimal } from './decimal.ts';
import { type FoundNumber, type NumberStyle, numbersIn } from './numbers.ts';

/** The sums of money in a text. */
export function moneyIn(text: string, style: NumberStyle): Decimal[] {
  const money = numbersIn(text, style).filter((number) => number.money);
  // "6,69 (2,37)": in brackets after a price stands the tax in it.
  return money
    .filter(({ bracketed }, at) => !bracketed || money.slice(0, at).every((other) => other.bracketed))
    .map(({ value }) => value);
}

/** Labels that may do with a neighbour's amount, when the row itself has none. */
export const BORROWERS: ReadonlySet<AmountRole | null> = new Set([
  'total',
  'paid',
  'change',
  'tax',
  'subtotal',
  'rounding',
  'service',
  'tip',
]);

/** "[Approved] 3,940 [Instalments] 0": what a label in brackets names ends where the next one begins. */
function upToNextLabel(text: string): string {
  const next = text.startsWith('[') ? text.indexOf('[', text.indexOf(']')) : -1;
  return next > 0 && /^\[\p{L}{2}/u.test(text.slice(next)) ? text.slice(0, next) : text;
}

/** The sums of money on a row, by what its label makes of them. */
export function amountsOf(row: Row, role: AmountRole | null, style: NumberStyle): Decimal[] {
  const text = upToNextLabel(row.text);
  const cells = style.spaced && row.lines.length > 1 ? row.lines.map((line) => line.text) : [text];
  const money = cells.flatMap((cell) => moneyIn(cell, style));
  if (money.length > 0 && style.minorDigits > 0) return money;
  const borrower = role !== null && BORROWERS.has(role);
  if (style.minorDigits === 0) {
    if (NAMES_NUMBER.test(text)) return money.filter((_, at) => !LONG.test(text) || at > 0);
    // How many things were bought, not what they cost.
    if (role === 'count') return money;
    const product = row.lines.length > 2 ? productIn(text, style) : null;
    if (product) return [product];
    if (RATE.test(row.text) && row.lines.length > 2) return wholeCells(row, style);
    const cell = cells.at(-1) ?? '';
    const last = numbersIn(cell, style).at(-1);
    const stands =
      last && !COUNTED.test(cell.slice(last.end)) && !LONG.test(cell.slice(last.start, last.end));
    const ends = last && stands && (borrower || endsRow(row, last, style));
    if (!ends) return money;
    return money.some(({ units }) => units === last.value.units) ? money : [...money, last.value];
  }
  if (!borrower) return money;
  const [pointless] = role === 'tax' && RATE.test(row.text) ? (POINTLESS.exec(cells.at(-1) ?? '') ?? []) : [];
  if (pointless !== undefined && row.lines.length > 1) return [{ units: BigInt(pointless), scale: 2 }];
  // "12 50", "7-00": the point was read as nothing, or as a dash.
  const [parted] = /(?<![\d.,-]|\d )\d{1,4}[ -]\d\d$/.exec(row.text) ?? [];
  return parted === undefined ? [] : [{ units: BigInt(parted.replace(/\D/g, '')), scale: 2 }];
}

const RATE = /\d\s?%/;
/** Beside a rate, in a cell of its own: a tax whose point was not read. */
const POINTLESS = /(?<=^| )\d{3,5}$/;

/** Labels of numbers that stand for something: a card, a contract, a phone. */
const NAMES_NUMBER = /번호|番号|號碼|号码|编号|編號|電話|电话|전화|เลขที่|โทร|номер|αριθμ|מספר|رقم|هاتف|संख्या/iu;
/** Whole numbers this long are grouped, or they are no sums of money. */
const LONG = /\d{8}/;
/** What is counted in days, pieces or people is no money. */
const COUNTED = /^\s?(?:[일개회명월년시분층호번個点點枚件名回日月年時分号號]|ชิ้น|รายการ|วัน)/u;

/** The last of three whole numbers at the end of a row if it is the product of the two before: "1,980 2 3,960". */
function productIn(text: string, style: NumberStyle): Decimal | null {
  const numbers = numbersIn(text, style).slice(-3);
  const [one, two, made] = numbers.map(({ value }) => value);
  if (!one || !two || !made || /\p{L}{3}/u.test(text.slice(numbers[2]?.end))) return null;
  if (one.scale + two.scale + made.scale > 0 || made.units === 0n || LONG.test(`${made.units}`)) return null;
  return one.units * two.units === made.units ? made : null;
}

/** Whole numbers alone in their cells: a row of a table. */
const wholeCells = ({ lines }: Row, style: NumberStyle): Decimal[] =>
  lines.flatMap(({ text }) =>
    AMOUNT_CELL.test(text.trim()) ? numbersIn(text, style).map(({ value }) => value) : [],
  );

/** An amount alone in its cell, with a mark or the letter of a rate beside it. */
const AMOUNT_CELL =
  /^[^\p{L}\d]{0,3}(?:\p{L}{1,3}\.?)?[^\p{L}\d]{0,3}\d[\d.,' ]{0,15}[^\p{L}\d]{0,3}(?:\p{L}{1,3}\.?)?[^\p{L}\d]{0,3}$/u;

/** Whether a whole number without a mark is an amount, since it is alone at the right end of a row of several cells. */
export function endsRow({ lines, text }: Row, { value }: FoundNumber, { minorDigits }: NumberStyle): boolean {
  const last = lines.at(-1)?.text.trim() ?? '';
  return value.scale === minorDigits && lines.length > 1 && /\p{L}/u.test(text) && AMOUNT_CELL.test(last);
}
