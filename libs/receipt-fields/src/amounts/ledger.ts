import type { AmountRole } from '../lexicon/amount-labels.ts';
import type { Row } from '../page/rows.ts';
import { cutLabelOf } from './cut-labels.ts';
import { add, compare, type Decimal, equals } from './decimal.ts';
import { type NumberStyle, numbersIn } from './numbers.ts';
import { ANY, NO_ROLE, type Role, roleOf, type Speaks } from './roles.ts';
import { amountsOf, BORROWERS, endsRow } from './row-amounts.ts';

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
function uncut(own: Role = NO_ROLE, { folded }: Row, speaks: Speaks, missed: boolean): Role {
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
