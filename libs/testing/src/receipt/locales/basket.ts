import { digits, integer, pick, type Random, sample } from '../../random.ts';
import type { Locale } from './locale.ts';

/** A thing bought. Amounts are in minor units. */
export interface Bought {
  readonly name: string;
  /** `1`, `3`, or a weight in kilograms such as `0.512`. */
  readonly count: string;
  readonly weighed: boolean;
  readonly price: number;
  readonly amount: number;
  /** On a row of its own below it: nothing, or less than nothing. */
  readonly discount: number;
  /** Which of the locale's rates it has. */
  readonly band: number;
}

/** The sums of a receipt in minor units; 0 for what it does not have. */
export interface Sums {
  readonly subtotal: number;
  readonly subtotalShown: boolean;
  /** What was taken off things bought. */
  readonly discount: number;
  readonly service: number;
  readonly taxes: readonly {
    readonly rate: number;
    readonly net: number;
    readonly amount: number;
    readonly band: number;
  }[];
  readonly rounding: number;
  readonly tip: number;
  readonly total: number;
  readonly paid: number;
  readonly change: number;
  /** The last four digits of the card, or nothing. */
  readonly card: string;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Things bought, or given back if it is a refund. */
export function buy(random: Random, locale: Locale, scale: number, refund: boolean): Bought[] {
  const [from, to] = locale.prices.map((price) => Math.round(price * 10 ** scale));
  const step = scale === 0 ? ((from ?? 1) >= 100 ? 10 : 1) : 1;
  const count = refund ? integer(random, 1, 2) : integer(random, 1, 7);
  return sample(random, locale.products.split('|'), count).map((name) => {
    // Cheap things are bought more often.
    const price = Math.round(((from ?? 0) + ((to ?? 0) - (from ?? 0)) * random() ** 2) / step) * step;
    const kind = pick(random, ['one', 'one', 'one', 'some', 'weighed'] as const);
    const weighed = kind === 'weighed' && scale > 0;
    const grams = integer(random, 101, 1999);
    const some = kind === 'some' ? integer(random, 2, 4) : 1;
    const amount = weighed ? Math.max(1, Math.round((price * grams) / 1000)) : price * some;
    const discount = !refund && random() < 0.08 ? -Math.round((amount * 0.1) / step) * step : 0;
    return {
      name,
      count: weighed ? (grams / 1000).toFixed(3) : String(some),
      weighed,
      price,
      amount: refund ? -amount : amount,
      discount: discount === 0 ? 0 : discount,
      band: integer(random, 0, Math.max(0, locale.tax.rates.length - 1)),
    };
  });
}

/** What the things bought come to, by the taxes and customs of the locale. */
export function sumsOf(
  random: Random,
  { tax, words, cashStep }: Locale,
  bought: readonly Bought[],
  scale: number,
  refund: boolean,
): Sums {
  const discount = total(bought.map((one) => one.discount));
  const subtotal = total(bought.map((one) => one.amount)) + discount;
  const added = tax.how === 'added';
  const service = words.service && !refund && random() < 0.4 ? Math.round(subtotal * 0.1) : 0;
  const taxes = tax.rates.flatMap((rate, band) => {
    const gross = added
      ? 0
      : total(bought.filter((one) => one.band === band).map((one) => one.amount + one.discount));
    const net = added ? subtotal + service : gross - Math.round((gross * rate) / (10_000 + rate));
    const amount = added ? Math.round((net * rate) / 10_000) : gross - net;
    return amount === 0 ? [] : [{ rate, net, amount, band }];
  });
  const sum = subtotal + service + (added ? total(taxes.map(({ amount }) => amount)) : 0);
  const cash = !refund && random() < 0.5;
  const rounded = cash && cashStep && words.rounding ? Math.round(sum / cashStep) * cashStep : sum;
  const tip = words.tip && !cash && !refund && random() < 0.4 ? Math.round(sum * 0.15) : 0;
  const due = rounded + tip;
  const note = 10 ** scale * (scale === 0 ? 1000 : 5);
  const paid = cash ? Math.ceil((due + 1) / note) * note : 0;
  return {
    subtotal,
    subtotalShown: added || service !== 0 || rounded !== sum || tip !== 0 || random() < 0.25,
    discount,
    service,
    taxes,
    rounding: rounded - sum,
    tip,
    total: due,
    paid,
    change: cash ? paid - due : 0,
    card: !cash && random() < 0.7 ? digits(random, 4) : '',
  };
}
