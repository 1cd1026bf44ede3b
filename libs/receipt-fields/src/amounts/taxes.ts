import { TAX_COLUMNS } from '../lexicon/tax-columns.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import {
  absolute,
  add,
  compare,
  type Decimal,
  isZero,
  keyOf,
  multiply,
  near,
  subtract,
  sum,
} from './decimal.ts';
import { amountOf, type Entry, labelled } from './ledger.ts';

/** A tax: its rate in hundredths of a percent and what it was taken on, if the receipt says so. */
export interface Tax {
  readonly rate: bigint | null;
  readonly net: Decimal | null;
  readonly amount: Decimal;
  readonly rows: readonly Row[];
}

/** The taxes, and how sure it is that these are all. */
export interface Taxes {
  readonly list: readonly Tax[];
  readonly evidence: number;
}

/** Sums printed to the minor unit may be off by this many of them. */
export const slack = (value: Decimal, minorUnits: bigint): Decimal => ({
  units: minorUnits,
  scale: value.scale,
});
const whole = (units: bigint): Decimal => ({ units, scale: 0 });

/** The rates named in a text, in hundredths of a percent. */
export function ratesIn(text: string): bigint[] {
  return [...text.matchAll(/(?<![\d.,])(\d{1,2})(?:[.,](\d{1,3}))?\s?[%％]/g)].map(
    ([, digits = '0', part = '']) => rateOf(digits, part),
  );
}

const rateOf = (digits: string, part: string) =>
  BigInt(digits) * 100n + BigInt(part.slice(0, 2).padEnd(2, '0'));

/** Numbers without a sign of percent that may be rates, in a table of taxes: "25.00", "7". */
const bareRates = (text: string): bigint[] =>
  [...text.matchAll(/(?<![\d.,])(\d{1,2})(?:[.,](\d{1,2}))?(?![\d.,])/g)]
    .map(([, digits = '0', part = '']) => rateOf(digits, part))
    .filter((rate) => rate > 0n && rate < 3000n);

/** Whether a rate makes the tax of a net, to a few minor units. */
export function isTaxOf(net: Decimal, rate: bigint, tax: Decimal): boolean {
  if (compare(absolute(tax), absolute(net)) >= 0 || isZero(net)) return false;
  return near(
    multiply(net, whole(rate)),
    multiply(tax, whole(10_000n)),
    multiply(slack(net, 1n), whole(10_000n)),
  );
}

/** Whether a rate makes the tax inside a gross. */
function isTaxIn(gross: Decimal, rate: bigint, tax: Decimal): boolean {
  if (isZero(tax)) return false;
  return near(
    multiply(tax, whole(10_000n + rate)),
    multiply(gross, whole(rate)),
    multiply(slack(gross, 1n), whole(10_000n)),
  );
}

/** The amount of a thing bought: the last on its row, but for the tax at a rate on the row. */
export function priceOf(entry: Entry): Decimal | null {
  const [net, tax] = entry.amounts.slice(-2);
  if (entry.role === null && net && tax && ratesIn(entry.row.text).some((rate) => isTaxOf(net, rate, tax)))
    return net;
  return amountOf(entry);
}

const COLUMNS = phraseSet(TAX_COLUMNS);
/** A rate that slipped out of its row. */
const ONLY_RATE = /^\D{0,3}\d{1,2}(?:[.,]\d{1,2})?\s?%$/;
/** A table of taxes has no more rows than this below its head. */
const MOST_ROWS = 8;
/** Rows with more amounts than this are none of a table. */
const MOST_AMOUNTS = 8;

/**
 * The taxes of a receipt: rows whose amounts are net and tax by a rate on the row; else rows that a label names, those
 * that together with the subtotal make the total, or all of different rates.
 */
export function findTaxes(entries: readonly Entry[], total: Decimal | null): Taxes | null {
  const bands = tableRows(entries, total);
  const named = labelled(entries, 'tax').some(({ value }) => !isZero(value));
  if (bands.some(({ amount }) => !isZero(amount)) || (bands.length > 0 && !named)) {
    const gross = sum(bands.map(({ net, amount }) => add(net ?? whole(0n), amount)));
    const nets = sum(bands.map(({ net }) => net ?? whole(0n)));
    const covered = total !== null && [gross, nets].some((made) => near(made, total, slack(total, 5n)));
    return { list: bands, evidence: covered ? 0.97 : 0.8 };
  }
  return labelledTaxes(entries, total);
}

/** Rows of a rate with net and tax, each rate once. */
function tableRows(entries: readonly Entry[], total: Decimal | null): Tax[] {
  let head = Number.NEGATIVE_INFINITY;
  const found = entries.flatMap((entry): Tax[] => {
    const { row, amounts, at, role } = entry;
    if (COLUMNS.count(row.folded) >= 2) head = at;
    const inTable = at - head <= MOST_ROWS;
    if (amounts.length < 2 || amounts.length > MOST_AMOUNTS || role === 'discount' || role === 'paid')
      return [];
    const own = ratesIn(row.text);
    const below = entries[at + 1]?.row.text ?? '';
    const rates = own.length === 0 && inTable && ONLY_RATE.test(below) ? ratesIn(below) : own;
    const named = rates.length > 0 || inTable || role === 'tax';
    if (!named) return [];
    for (const rate of rates.length > 0 ? rates : inTable || role === 'tax' ? bareRates(row.text) : []) {
      const tax = pairOf(amounts, rate);
      if (tax && (total === null || compare(absolute(tax.amount), absolute(total)) < 0))
        return [{ rate, ...tax, rows: [row] }];
    }
    return [];
  });
  const seen = new Set<string>();
  const distinct = found.filter(({ rate, amount }) => {
    const key = `${rate} ${keyOf(amount)}`;
    return !seen.has(key) && seen.add(key);
  });
  if (total === null || distinct.length < 2) return distinct;
  // A receipt printed twice, or a row of sums: what exceeds the total is none of the taxes.
  let covered: Decimal = whole(0n);
  return distinct.filter(({ net, amount }) => {
    const more = add(covered, add(net ?? whole(0n), amount));
    if (compare(absolute(more), multiply(absolute(total), { units: 101n, scale: 2 })) > 0 && !isZero(covered))
      return false;
    covered = more;
    return true;
  });
}

function pairOf(amounts: readonly Decimal[], rate: bigint): { net: Decimal; amount: Decimal } | null {
  for (const net of amounts) {
    const amount = amounts.find((tax) => tax !== net && isTaxOf(net, rate, tax));
    if (amount) return { net, amount };
  }
  for (const gross of amounts) {
    const amount = rate > 0n ? amounts.find((tax) => tax !== gross && isTaxIn(gross, rate, tax)) : undefined;
    if (amount) return { net: subtract(gross, amount), amount };
  }
  return null;
}

/** A receipt has no more taxes than this. */
const MOST_TAXES = 6;

function labelledTaxes(entries: readonly Entry[], total: Decimal | null): Taxes | null {
  const sane = labelled(entries, 'tax').filter(
    ({ value }) => total === null || compare(absolute(value), absolute(total)) < 0,
  );
  const seen = new Set<string>();
  const rows = sane.filter(({ entry, value }) => {
    const key = `${keyOf(value)}`;
    const rate = ratesIn(entry.row.text)[0];
    const twin = seen.has(`${key} any`) || seen.has(`${key} ${rate}`);
    seen.add(`${key} ${rate === undefined ? 'any' : rate}`);
    return !twin || (rate !== undefined && !seen.has(key));
  });
  if (rows.length === 0) return null;
  const subtotals = labelled(entries, 'subtotal').map(({ value }) => value);
  const extras = labelled(entries, 'service', 'tip', 'rounding').map(({ value }) => value);
  const bases = [
    ...subtotals,
    ...subtotals.flatMap((subtotal) => [
      ...extras.map((extra) => add(subtotal, extra)),
      add(subtotal, sum(extras)),
    ]),
  ];
  const made = (list: readonly { value: Decimal }[]) => {
    const tax = sum(list.map(({ value }) => value));
    return (
      total !== null && !isZero(tax) && bases.some((base) => near(add(base, tax), total, slack(total, 5n)))
    );
  };
  const taxOf = ({ entry, value }: (typeof rows)[number], net: Decimal | null = null): Tax => ({
    rate: ratesIn(entry.row.text)[0] ?? null,
    net,
    amount: value,
    rows: entry.from,
  });
  const netOf = (row: (typeof rows)[number]) => {
    const [rate] = ratesIn(row.entry.row.text);
    if (rate === undefined) return null;
    const near = bases.find((base) => isTaxOf(base, rate, row.value));
    if (near) return near;
    return total !== null && isTaxIn(total, rate, row.value) ? subtract(total, row.value) : null;
  };
  const few = rows.slice(0, MOST_TAXES);
  if (made(few)) return { list: few.map((row) => taxOf(row, netOf(row))), evidence: 0.96 };
  const one = rows.find((row) => made([row]));
  if (one) return { list: [taxOf(one, netOf(one))], evidence: 0.95 };
  const rated = rows.filter((row) => !isZero(row.value) && netOf(row) !== null);
  if (rated.length > 0)
    return {
      list: rated.slice(0, MOST_TAXES).map((row) => taxOf(row, netOf(row))),
      evidence: rated.length === 1 ? 0.93 : 0.85,
    };
  const parts = withoutSum(few.filter(({ value }) => !isZero(value)));
  if (parts.length === 0) return { list: few.slice(0, 1).map((row) => taxOf(row)), evidence: 0.6 };
  return { list: parts.map((row) => taxOf(row)), evidence: parts.length === 1 ? 0.75 : 0.6 };
}

/** Without a row that is the sum of the others: "total tax". */
function withoutSum<Row extends { readonly value: Decimal }>(rows: readonly Row[]): readonly Row[] {
  if (rows.length < 3) return rows;
  const all = sum(rows.map(({ value }) => value));
  const total = rows.find(({ value }) => near(add(value, value), all, slack(value, 2n)));
  return total ? rows.filter((row) => row !== total) : rows;
}
