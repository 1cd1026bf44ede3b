import { equationsThatHold } from './equations.ts';
import { type Hypothesis, rankOf, reconcile } from './pool.ts';

/** How much likelier amounts are right that add up. One that does not hold says little: receipts have other terms too. */
const HOLDS = 20;

/** What may be the case of each amount, and the amount that each hypothesis stands for, by its place. */
export interface Unknown<Amount> {
  readonly hypotheses: readonly Hypothesis[];
  readonly amounts: readonly Amount[];
}
export interface Unknowns {
  readonly subtotal: Unknown<number | null>;
  readonly tax: Unknown<number | null>;
  readonly total: Unknown<number | null>;
  readonly items: Unknown<readonly number[]>;
}

/** So many values of each are combined: those of ten providers, and 15,000 combinations at most. */
const COMBINED = 10;

const sumOf = (hypotheses: readonly Hypothesis[]): number =>
  hypotheses.reduce((sum, { probability }) => sum + probability, 0);

const isEqual = (a: Hypothesis | undefined, b: Hypothesis | undefined): boolean =>
  a !== undefined && b !== undefined && rankOf(a) === rankOf(b);

/** How many of the hypotheses are combined: if not all are, of equally probable ones all or none. */
function combinedOf(hypotheses: readonly Hypothesis[]): number {
  if (hypotheses.length <= COMBINED + 1) return hypotheses.length;
  let count = COMBINED;
  while (count > 0 && isEqual(hypotheses[count - 1], hypotheses[count])) count--;
  return count;
}

/** The unknown with those that are not combined as one, of which nothing is known. */
function combined<Amount>({ hypotheses, amounts }: Unknown<Amount>): Unknown<Amount> {
  const count = combinedOf(hypotheses);
  if (count === hypotheses.length) return { hypotheses, amounts };
  const others = { key: null, probability: sumOf(hypotheses.slice(count)) };
  return { hypotheses: [...hypotheses.slice(0, count), others], amounts: amounts.slice(0, count) };
}

/** Divides what those that counted as one came to among them, as they were before. */
function divided({ hypotheses }: Unknown<unknown>, weighed: readonly number[] = []): number[] {
  const count = combinedOf(hypotheses);
  const before = sumOf(hypotheses.slice(count)) || 1;
  return hypotheses.map(({ probability }, at) =>
    at < count ? (weighed[at] ?? 0) : ((weighed[count] ?? 0) * probability) / before,
  );
}

/** The probabilities of the hypotheses, in their order, once it is known which of them add up. */
export function weighedByArithmetic(
  unknowns: Unknowns,
  extra: number,
): Readonly<Record<keyof Unknowns, readonly number[]>> {
  const subtotal = combined(unknowns.subtotal);
  const tax = combined(unknowns.tax);
  const total = combined(unknowns.total);
  const items = combined(unknowns.items);
  const weighed = reconcile(
    [subtotal, tax, total, items].map(({ hypotheses }) => hypotheses),
    ([a = -1, b = -1, c = -1, d = -1]) => {
      const amounts = {
        subtotal: subtotal.amounts[a] ?? null,
        tax: tax.amounts[b] ?? null,
        total: total.amounts[c] ?? null,
        items: items.amounts[d] ?? [],
        extra,
      };
      return HOLDS ** equationsThatHold(amounts);
    },
  );
  return {
    subtotal: divided(unknowns.subtotal, weighed[0]),
    tax: divided(unknowns.tax, weighed[1]),
    total: divided(unknowns.total, weighed[2]),
    items: divided(unknowns.items, weighed[3]),
  };
}
