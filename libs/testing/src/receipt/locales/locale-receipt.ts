import type { ReceiptDiscount, ReceiptTax } from '@inkstream/contracts';
import { digits, integer, mulberry32, pick, type Random } from '../../random.ts';
import { type Cell, cells, centre, gap, left, pair, type ReceiptContent, type Row, rule } from '../rows.ts';
import { clock, isoDate, moment } from '../values.ts';
import { type Bought, buy, type Sums, sumsOf } from './basket.ts';
import type { Locale } from './locale.ts';
import { amountWriter, dateText, filled, minorDigitsOf, oneOf, rateText } from './writing.ts';

/** A generated receipt of a locale, with the lists that it says beside its fields. */
export interface LocaleReceipt extends ReceiptContent {
  readonly taxes: readonly ReceiptTax[];
  readonly discounts: readonly ReceiptDiscount[];
}

/** Columns of a row at the places of a table. */
const table = (texts: readonly string[]): Row =>
  cells(
    texts.map(
      (text, at): Cell =>
        at === 0
          ? { text, align: 'left', at: 0 }
          : { text, align: 'right', at: 0.25 + (0.75 * at) / (texts.length - 1) },
    ),
  );

/** How a receipt prints refunds: -64.79, 64.79-, -$64.79, (64.79). */
const NEGATIVES: readonly ((marked: (bare: string) => string, bare: string) => string)[] = [
  (_, bare) => `-${bare}`,
  (_, bare) => `${bare}-`,
  (marked, bare) => `-${marked(bare)}`,
  (_, bare) => `(${bare})`,
];

/** A receipt of a locale: the same seed gives the same receipt. About one in fifteen is a refund. */
export function localeReceipt(locale: Locale, seed: number): LocaleReceipt {
  const random = mulberry32(seed);
  const chance = (share: number) => random() < share;
  const { words, tax } = locale;
  const scale = minorDigitsOf(locale.currency);
  const marks = oneOf(random, locale.marks);
  const bare = amountWriter(locale, marks);
  const mark = oneOf(random, locale.mark);
  const marked = (text: string) => mark.replace('~', text);
  const refund = chance(0.07);
  const everywhere = chance(0.3);
  const negative = pick(random, NEGATIVES);
  const money = (minor: number, mine = everywhere) => {
    if (minor < 0) return refund ? negative(marked, bare(-minor)) : bare(minor);
    return mine ? marked(bare(minor)) : bare(minor);
  };
  const value = (minor: number) => plain(minor, scale);

  const bought = buy(random, locale, scale, refund);
  const sums = sumsOf(random, locale, bought, scale, refund);
  const at = moment(random);
  const [brand = '', legal = '', street = '', town = ''] = pick(random, locale.shops).split('|');
  const number = `${digits(random, 4)}${integer(random, 10, 99)}`;
  const taxId = words.taxId && chance(0.7) ? filled(random, oneOf(random, words.taxId)) : '';
  const phone = chance(0.6) ? filled(random, oneOf(random, words.phone)) : '';
  const showLegal = legal !== '' && chance(0.6);
  const stamp = `${oneOf(random, words.date)}${dateText(oneOf(random, locale.dates), at, locale.tag)}`;
  const when = chance(0.5) ? pair(stamp, clock(at)) : left(`${stamp} ${clock(at)}`);
  const early = chance(0.5);
  const numberRow = left(`${oneOf(random, words.receipt)}${number}`);
  const taxes = sums.taxes.map((one) => ({
    ...one,
    text: rateText(random, one.rate, marks === 'in' ? '.' : (marks[1] ?? '.')),
  }));
  const withMark = chance(0.6);

  const rows: Row[] = [
    centre(brand, { scale: 1.4, bold: true }),
    ...(showLegal ? [centre(legal)] : []),
    centre(street),
    ...(town ? [centre(town)] : []),
    ...(phone ? [centre(phone)] : []),
    ...(taxId ? [centre(taxId)] : []),
    gap(),
    ...(early ? [numberRow, when] : []),
    ...(chance(0.4) ? [headingRow(oneOf(random, words.columns))] : []),
    rule(),
    ...itemRows(random, locale, bought, money, bare, marks),
    rule(),
    ...sumRows(random, locale, sums, taxes, money),
    pair(oneOf(random, words.total), money(sums.total, everywhere || withMark), { bold: true, scale: 1.2 }),
    ...paidRows(random, locale, sums, money),
    ...(tax.how === 'added' ? [] : taxRows(random, locale, taxes, money)),
    ...(chance(0.3) ? [asideRow(random, words.asides, bare)] : []),
    ...(early ? [] : [numberRow, when]),
    centre(oneOf(random, words.footer)),
  ];
  return {
    font: 'noto-sans',
    columns: 42,
    rows,
    taxes: sums.taxes.map(({ rate, net, amount }) => ({
      rate: String(rate / 100),
      net: value(net),
      amount: value(amount),
    })),
    discounts: sums.discount === 0 ? [] : [{ amount: value(sums.discount) }],
    fields: {
      merchant: brand,
      ...(showLegal && { legalName: legal }),
      date: isoDate(at),
      time: clock(at),
      currency: locale.currency,
      country: new Intl.Locale(locale.tag).region ?? null,
      language: new Intl.Locale(locale.tag).language,
      subtotal: sums.subtotalShown ? value(sums.subtotal) : null,
      tax: sums.taxes.length === 0 ? null : value(sums.taxes.reduce((sum, { amount }) => sum + amount, 0)),
      total: value(sums.total),
      ...(sums.service !== 0 && { serviceCharge: value(sums.service) }),
      ...(sums.tip !== 0 && { tip: value(sums.tip) }),
      ...(sums.rounding !== 0 && { rounding: value(sums.rounding) }),
      ...(sums.paid !== 0 && { paid: value(sums.paid) }),
      ...(sums.change !== 0 && { change: value(sums.change) }),
      ...(sums.card !== '' && { cardLast4: sums.card }),
      receiptNumber: number,
      kind: refund ? 'refund' : 'purchase',
      items: bought.map((one) => ({
        description: one.name,
        quantity: one.count === '1' ? null : one.count,
        unitPrice: one.count === '1' ? null : value(one.price),
        amount: value(one.amount),
      })),
    },
  };
}

/** Minor units as a decimal string with a point. */
function plain(minor: number, scale: number): string {
  const all = String(Math.abs(minor)).padStart(scale + 1, '0');
  return `${minor < 0 ? '-' : ''}${all.slice(0, all.length - scale)}${scale > 0 ? `.${all.slice(-scale)}` : ''}`;
}

type Money = (minor: number, marked?: boolean) => string;
type TaxText = Sums['taxes'][number] & { readonly text: string };

const headingRow = (columns: string): Row => {
  const texts = columns.split(' ');
  return table(texts);
};

function itemRows(
  random: Random,
  { words, tax }: Locale,
  bought: readonly Bought[],
  money: Money,
  bare: (minor: number) => string,
  marks: string,
): Row[] {
  const letters = tax.letters && random() < 0.7 ? tax.letters : '';
  const how = pick(random, ['below', 'before', 'row'] as const);
  return bought.flatMap((one) => {
    const letter = letters ? ` ${letters[one.band] ?? ''}` : '';
    const amount = `${money(one.amount)}${letter}`;
    const count = one.count.replace('.', marks[1] === ',' ? ',' : '.');
    const each = `${count}${one.weighed ? ' kg' : ''} x ${bare(one.price)}`;
    const own: Row[] =
      one.count === '1'
        ? [pair(one.name, amount)]
        : one.weighed || how === 'below'
          ? [pair(one.name, amount), left(`  ${each}`)]
          : how === 'before'
            ? [pair(`${count} ${one.name}`, amount)]
            : [pair(`${one.name} ${each}`, amount)];
    return one.discount === 0
      ? own
      : [...own, pair(`  ${oneOf(random, words.discount)}`, bare(one.discount))];
  });
}

function sumRows(random: Random, locale: Locale, sums: Sums, taxes: readonly TaxText[], money: Money): Row[] {
  const { words, tax } = locale;
  const labels = oneOf(random, tax.row).split('/');
  return [
    ...(sums.subtotalShown ? [pair(oneOf(random, words.subtotal), money(sums.subtotal))] : []),
    ...(sums.service === 0 ? [] : [pair(oneOf(random, words.service ?? ''), money(sums.service))]),
    ...(tax.how === 'added'
      ? taxes.map(({ amount, text }, at) =>
          pair((labels[at] ?? labels[0] ?? '').replace('~', text), money(amount)),
        )
      : []),
    ...(sums.rounding === 0 ? [] : [pair(oneOf(random, words.rounding ?? ''), money(sums.rounding))]),
    ...(sums.tip === 0 ? [] : [pair(oneOf(random, words.tip ?? ''), money(sums.tip))]),
  ];
}

function paidRows(random: Random, { words }: Locale, sums: Sums, money: Money): Row[] {
  if (sums.card !== '') {
    const hidden = pick(random, ['**** **** **** ', 'XXXXXXXXXXXX', '############'.replace(/#/g, '*')]);
    return [pair(oneOf(random, words.card), money(sums.total)), left(`${hidden}${sums.card}`)];
  }
  return sums.paid === 0
    ? []
    : [
        pair(oneOf(random, words.cash), money(sums.paid)),
        pair(oneOf(random, words.change), money(sums.change)),
      ];
}

/** The taxes that are inside the prices: a table, or a row for each. */
function taxRows(random: Random, { tax }: Locale, taxes: readonly TaxText[], money: Money): Row[] {
  if (tax.how === 'none') return [];
  const form = oneOf(random, tax.row);
  const label = ({ text, band }: TaxText) =>
    form
      .replace('~', text)
      .replace('@', tax.letters?.[band] ?? '')
      .trim();
  if (tax.how === 'line') return taxes.map((one) => pair(label(one), money(one.amount)));
  const [heading = '', order] = oneOf(random, tax.heading ?? '').split(':');
  const heads = heading.split(' ').map((head) => head.replaceAll('_', ' '));
  const kinds = order ?? 'rntg'.slice(0, heads.length);
  return [
    table(heads),
    ...taxes.map((one) =>
      table(
        [...kinds].map(
          (kind) =>
            ({ r: label(one), n: money(one.net), t: money(one.amount), g: money(one.net + one.amount) })[
              kind
            ] ?? '',
        ),
      ),
    ),
  ];
}

const asideRow = (random: Random, asides: string, bare: (minor: number) => string): Row => {
  const [label = '', after = ''] = oneOf(random, asides).split('~');
  return pair(label.trim(), `${bare(integer(random, 20, 900) * 5)}${after}`);
};
