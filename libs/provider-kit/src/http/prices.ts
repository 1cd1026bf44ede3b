import { z } from 'zod';
import type { Recognition } from '../engine.ts';

type Usage = NonNullable<Recognition['usage']>;
type Cost = NonNullable<Recognition['cost']>;

/** `0.10/1000000`: US dollars for so many of a unit. */
const FORM = 'must be dollars for so many, such as "0.10/1000000"';
const price = z.string(FORM).regex(/^\d{1,9}(\.\d{1,9})?\/[1-9]\d{0,9}$/, FORM);

const priceTable = z.record(
  z.string(),
  z.strictObject({
    inputTokens: price.exactOptional(),
    outputTokens: price.exactOptional(),
    pages: price.exactOptional(),
  }),
  'must be JSON such as {"gpt-6-luna": {"inputTokens": "0.10/1000000"}}',
);

/**
 * What each unit of a model costs, by the model's name or its beginning: `gpt-6` is also for `gpt-6-luna`, the
 * longest name counts, and the empty name is for every model.
 */
export type Prices = z.infer<typeof priceTable>;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The variable `<NAME>_PRICES`: what it says counts before what the provider's folder says of the same name. */
export const prices = (known: Record<string, Prices[string]> = {}) =>
  z
    .string()
    .transform(jsonOf)
    .pipe(priceTable)
    .transform((said): Prices => ({ ...known, ...said }))
    .default(known);

const UNITS = ['inputTokens', 'outputTokens', 'pages'] as const;

/** Whether there is a price of the model; of one that only answers name, of any model. */
export const isPriced = (table: Prices, model: string | undefined): boolean =>
  Object.keys(table).some((start) => model === undefined || model.startsWith(start));

/** Parts of a dollar that are reckoned with: 10^-12, so that one token of a million-token price counts. */
const PLACES = 12;

/** A price as parts of a dollar, and for how many. */
function partsOf(text: string): { parts: bigint; per: bigint } {
  const [dollars = '', per = '1'] = text.split('/');
  const [whole = '0', rest = ''] = dollars.split('.');
  return { parts: BigInt(whole + rest.padEnd(PLACES, '0')), per: BigInt(per) };
}

function writeDollars(parts: bigint): string {
  const digits = parts.toString().padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0{1,12}$/, '');
  return `${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** What is known of a model's prices: the longest name counts. */
function priceOf(table: Prices, model: string): Prices[string] | undefined {
  const [name] = Object.keys(table)
    .filter((start) => model.startsWith(start))
    .sort((a, b) => b.length - a.length);
  return name === undefined ? undefined : table[name];
}

/** The table with the price of the model that is asked for those that a vendor answers with and that it does not know. */
export function pricesAsking(table: Prices, model: string): Prices {
  const own = priceOf(table, model);
  return own ? { '': own, ...table } : table;
}

/**
 * What a call cost, in US dollars as a decimal string, exact to 10^-12 and never less than it was; undefined if the
 * table does not price the model, or a unit that was used.
 */
export function costOf(table: Prices, model: string, usage: Usage): Cost | undefined {
  const priced = priceOf(table, model);
  if (!priced) return undefined;
  let sum = 0n;
  for (const unit of UNITS) {
    const amount = usage[unit];
    const price = priced[unit];
    if (!amount) continue;
    if (price === undefined) return undefined;
    const { parts, per } = partsOf(price);
    sum += (BigInt(Math.ceil(amount)) * parts + per - 1n) / per;
  }
  return { currency: 'USD', amount: writeDollars(sum) };
}

const isCount = (amount: unknown): boolean =>
  typeof amount === 'number' && amount >= 0 && amount <= Number.MAX_SAFE_INTEGER;

/**
 * What a call used, and what that cost if it is priced: as it goes into a reading, or into the `spent` of an error. A
 * vendor may say anything: what is no count is left out, as one below zero would give back what others have spent.
 */
export function chargeOf(table: Prices, model: string, said: Usage): { usage: Usage; cost?: Cost } {
  const usage: Usage = Object.fromEntries(Object.entries(said).filter(([, amount]) => isCount(amount)));
  const cost = costOf(table, model, usage);
  return { usage, ...(cost && { cost }) };
}
