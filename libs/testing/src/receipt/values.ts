import { integer, pick, type Random, sample } from '../random.ts';

/** An amount in hundredths as a decimal string with a point: `123450` is `"1234.50"`. */
export const decimal = (cents: number): string =>
  `${cents < 0 ? '-' : ''}${Math.floor(Math.abs(cents) / 100)}.${pad(Math.abs(cents) % 100)}`;

/** The same with a decimal comma, as Germany prints it. */
export const decimalComma = (cents: number): string => decimal(cents).replace('.', ',');

export const pad = (value: number): string => String(value).padStart(2, '0');

export interface Moment {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** A moment of a shop's opening hours between 2019 and 2026. */
export function moment(random: Random): Moment {
  return {
    year: integer(random, 2019, 2026),
    month: integer(random, 1, 12),
    day: integer(random, 1, 28),
    hour: integer(random, 8, 21),
    minute: integer(random, 0, 59),
  };
}

export const isoDate = (m: Moment): string => `${m.year}-${pad(m.month)}-${pad(m.day)}`;
export const clock = (m: Moment): string => `${pad(m.hour)}:${pad(m.minute)}`;

/** A thing on the shelf: its name as printed and its price in hundredths. */
export type Product = readonly [name: string, price: number];

export interface Purchase {
  name: string;
  price: number;
  quantity: number;
  amount: number;
}

/** Some different products, mostly one of each. */
export function purchases(random: Random, shelf: readonly Product[], min: number, max: number): Purchase[] {
  return sample(random, shelf, integer(random, min, max)).map(([name, price]) => {
    const quantity = pick(random, [1, 1, 1, 2, 3]);
    return { name, price, quantity, amount: quantity * price };
  });
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
