import { AMOUNT_LABELS, type AmountRole, LABEL_WORDS } from '../lexicon/amount-labels.ts';
import type { Row } from '../page/rows.ts';
import { nearHangul } from '../words/near-hangul.ts';
import { phraseTables } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { nearWords } from '../words/spelling.ts';
import { cutLabelOf } from './cut-labels.ts';
import { add, compare, type Decimal, equals } from './decimal.ts';
import { type FoundNumber, type NumberStyle, numbersIn } from './numbers.ts';

/** A row of the receipt with the amounts on it and the role that its words give them. */
export interface Entry {
  /** Place among the rows. */
  readonly at: number;
  readonly row: Row;
  /** Null if no label matches: a thing bought, or no amount at all. */
  readonly role: AmountRole | null;
  readonly weight: number;
  /** Sums of money on the row, or on its neighbour if the row has none. Left to right. */
  readonly amounts: readonly Decimal[];
  /** The rows that the label and its amounts are from. */
  readonly from: readonly Row[];
}

const labelsIn = phraseTables(AMOUNT_LABELS.map(({ phrases }) => phrases));
const nearLabel = nearWords(LABEL_WORDS);

const koreanLabel = nearHangul(
  AMOUNT_LABELS.filter(({ language }) => language === 'ko').flatMap(({ role, weight, phrases }) =>
    phrases.map((phrase) => ({ phrase, value: { role, weight } })),
  ),
  (a, b) => a.role === b.role,
);

/** Whether labels of a language count. */
export type Speaks = (language: string) => boolean;
const ANY: Speaks = () => true;

/** A role and the weight of its label. */
interface Role {
  readonly role: AmountRole | null;
  readonly weight: number;
}
const NONE: Role = { role: null, weight: 0 };

/**
 * The role of a row by its folded words, with the weight of the label. A label of one language counts if that is spoken and
 * it leads the row: further on, words of other languages and shortened ones look like it.
 */
export function roleOf(folded: string, speaks: Speaks = ANY): Role {
  const label = (text: string) => {
    let best: number | undefined;
    for (const [table, start] of labelsIn(text)) {
      const language = AMOUNT_LABELS[table]?.language;
      if (language !== undefined && !(speaks(language) && leads(text, start, 1))) continue;
      if (AMOUNT_LABELS[table]?.role === 'paid' && !leads(text, start, 0)) continue;
      if (best === undefined || table < best) best = table;
    }
    return best === undefined ? undefined : AMOUNT_LABELS[best];
  };
  const mended = () => folded.replace(/\S+/g, (word) => nearLabel(word) ?? word);
  const korean = () => (speaks('ko') && /\p{Script=Hangul}/u.test(folded) ? koreanLabel(folded) : undefined);
  return label(folded) ?? label(skeleton(mended())) ?? korean() ?? NONE;
}

/** Whether no more than so many words stand before a place. */
const leads = (text: string, start: number, most: number): boolean =>
  start <= MOST_BEFORE_LABEL && (text.slice(0, start).match(/\p{L}{2}\S*/gu)?.length ?? 0) <= most;
const MOST_BEFORE_LABEL = 24;

/** The sums of money in a text. */
export function moneyIn(text: string, style: NumberStyle): Decimal[] {
  const money = numbersIn(text, style).filter((number) => number.money);
  // "6,69 (2,37)": in brackets after a price stands the tax in it.
  return money
    .filter(({ bracketed }, at) => !bracketed || money.slice(0, at).every((other) => other.bracketed))
    .map(({ value }) => value);
}

/** Labels that may do with a neighbour's amount, when the row itself has none. */
const BORROWERS: ReadonlySet<AmountRole | null> = new Set([
  'total',
  'paid',
  'change',
  'tax',
  'subtotal',
  'rounding',
  'service',
  'tip',
]);

/** Reads every row into an entry. */
export function readLedger(rows: readonly Row[], style: NumberStyle, speaks: Speaks = ANY): Entry[] {
  const roles = rows.map((row) => roleOf(row.folded, speaks));
  // "ubtotal" ends like a total.
  const missed = roles.every(
    ({ role }, at) => role !== 'total' || cutLabelOf(rows[at]?.folded ?? '', speaks, false) !== null,
  );
  const read = rows.map((row, at) => {
    const { role: said, weight } = uncut(roles[at], row, speaks, missed);
    const amounts = amountsOf(row, said, style);
    // Savings that are taken off, not told of.
    const role = said === 'aside' && (amounts.at(-1)?.units ?? 0n) < 0n ? 'discount' : said;
    return { at, row, role, weight, amounts, from: [row] };
  });
  const listed = withNetSums(withWholePrices(amongItems(withoutLabels(read)), style));
  return listed.map((entry) => (entry.amounts.length > 0 ? entry : borrowed(entry, listed)));
}

/** A role, or that of a label whose first letter was cut off where the row begins. */
function uncut(own: Role = NONE, { folded }: Row, speaks: Speaks, missed: boolean): Role {
  return own.role === null || own.role === 'total' ? (cutLabelOf(folded, speaks, missed) ?? own) : own;
}

/** The rows above the first sum; none if there is no sum. */
function aboveSums(entries: readonly Entry[]): readonly Entry[] {
  const sum = entries.findIndex(
    ({ role, amounts }) => (role === 'total' || role === 'subtotal') && amounts.length > 0,
  );
  return entries.slice(0, Math.max(0, sum));
}

/** Where sums have minor units and no price above them has, prices are whole numbers at the ends of rows. */
function withWholePrices(entries: readonly Entry[], style: NumberStyle): readonly Entry[] {
  if (style.minorDigits === 0) return entries;
  const above = aboveSums(entries).filter(({ role }) => role === null);
  if (above.some(({ amounts }) => amounts.length > 0)) return entries;
  const whole = { ...style, minorDigits: 0 };
  const priced = new Map(
    above.flatMap((entry) => {
      const last = numbersIn(entry.row.text, whole).at(-1);
      return last && last.value.units < 100_000n && endsRow(entry.row, last, whole)
        ? [[entry, [last.value]] as const]
        : [];
    }),
  );
  return entries.map((entry) => ({ ...entry, amounts: priced.get(entry) ?? entry.amounts }));
}

const ENDS_IN_COLON = /\p{L}{2}\s?[:：]\s?[^\p{L}]*$/u;

/** Below things whose names no colon ends, a row of a colon and an amount is a label that is not known. */
function withoutLabels(entries: readonly Entry[]): readonly Entry[] {
  const first = entries.findIndex(
    ({ role, amounts, row }) => role === null && amounts.length > 0 && !row.text.includes(':'),
  );
  return first < 0
    ? entries
    : entries.map((entry) =>
        entry.at > first &&
        entry.role === null &&
        entry.amounts.length > 0 &&
        ENDS_IN_COLON.test(entry.row.text)
          ? { ...entry, role: 'aside' }
          : entry,
      );
}

/** A sum of two amounts that together make another sum is of net and tax: the net is the subtotal. */
function withNetSums(entries: readonly Entry[]): readonly Entry[] {
  const sums = entries.filter(({ role }) => role === 'total' || role === 'subtotal').slice(0, MOST_OF_A_ROLE);
  return entries.map((entry) => {
    const [net, tax] = entry.amounts.slice(-2);
    if (entry.role !== 'total' || !net || !tax) return entry;
    const gross = add(net, tax);
    return sums.some((other) => other !== entry && other.amounts.some((value) => equals(value, gross)))
      ? { ...entry, role: 'subtotal', weight: 1, amounts: [net] }
      : entry;
  });
}

const NOT_AMONG_ITEMS: ReadonlySet<AmountRole | null> = new Set(['tip', 'service', 'paid', 'count']);

/** Before the first sum, in the midst of rows with prices, what looks like a payment or a tip is the name of a thing. */
function amongItems(entries: readonly Entry[]): readonly Entry[] {
  const last = aboveSums(entries).findLastIndex(({ role, amounts }) => role === null && amounts.length > 0);
  return entries.map((entry, at) =>
    at < last && entry.amounts.length > 0 && NOT_AMONG_ITEMS.has(entry.role)
      ? { ...entry, role: null, weight: 0 }
      : entry,
  );
}

/** "[Approved] 3,940 [Instalments] 0": what a label in brackets names ends where the next one begins. */
function upToNextLabel(text: string): string {
  const next = text.startsWith('[') ? text.indexOf('[', text.indexOf(']')) : -1;
  return next > 0 && /^\[\p{L}{2}/u.test(text.slice(next)) ? text.slice(0, next) : text;
}

function amountsOf(row: Row, role: AmountRole | null, style: NumberStyle): Decimal[] {
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
function endsRow({ lines, text }: Row, { value }: FoundNumber, { minorDigits }: NumberStyle): boolean {
  const last = lines.at(-1)?.text.trim() ?? '';
  return value.scale === minorDigits && lines.length > 1 && /\p{L}/u.test(text) && AMOUNT_CELL.test(last);
}

/** A label alone in its row takes the amount alone in the next row, or else in the row before. */
function borrowed(entry: Entry, all: readonly Entry[]): Entry {
  if (!BORROWERS.has(entry.role)) return entry;
  const lone = (neighbour: Entry | undefined) =>
    neighbour &&
    neighbour.role === null &&
    neighbour.amounts.length === 1 &&
    !/\p{L}{3}/u.test(neighbour.row.text)
      ? neighbour
      : null;
  const lender = lone(all[entry.at + 1]) ?? lone(all[entry.at - 1]);
  return lender ? { ...entry, amounts: lender.amounts, from: [entry.row, lender.row] } : entry;
}

/** The last amount of an entry: amounts stand at the right of a receipt. */
export function amountOf(entry: Entry): Decimal | null {
  return entry.amounts.at(-1) ?? null;
}

/** An amount of a receipt, how sure it is (0 to 1), and the rows that it was read from. */
export interface AmountEvidence {
  readonly value: Decimal;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

/** An entry with the amount that its label names. */
export interface Labelled {
  readonly entry: Entry;
  readonly value: Decimal;
}

/**
 * Rows of one role that are weighed against those of others: sums are tried in pairs, which no receipt makes costly. A
 * till prints each role a few times, a discount at most once for each thing bought.
 */
const MOST_OF_A_ROLE = 100;

/**
 * The entries of some roles that have an amount, from top to bottom: of each role those with the strongest labels, and
 * of equals the last, since sums stand at the bottom.
 */
export function labelled(entries: readonly Entry[], ...roles: AmountRole[]): Labelled[] {
  return roles
    .flatMap((role) => {
      const found = entries.flatMap((entry) => {
        const value = entry.role === role ? amountOf(entry) : null;
        return value ? [{ entry, value }] : [];
      });
      if (found.length <= MOST_OF_A_ROLE) return found;
      return found
        .sort((a, b) => b.entry.weight - a.entry.weight || b.entry.at - a.entry.at)
        .slice(0, MOST_OF_A_ROLE);
    })
    .sort((a, b) => a.entry.at - b.entry.at);
}

/** The greatest amount. */
export function greatest(values: readonly Decimal[]): Decimal | null {
  return values.reduce<Decimal | null>(
    (best, value) => (best && compare(best, value) >= 0 ? best : value),
    null,
  );
}
