import { type Hypothesis, reconcile } from './pool.ts';
import { decimalOf } from './values.ts';

/** Amounts that may belong together, thousandths; null if one is not known. */
export interface Amounts {
  readonly subtotal: number | null;
  readonly tax: number | null;
  readonly total: number | null;
  /** What the items come to: without discounts, and less them. */
  readonly items: readonly number[];
  /** What is added besides taxes: tip, service, rounding. */
  readonly extra: number;
}

/** What the amounts say of an equation. */
export interface Equation {
  readonly code: 'items_add_up' | 'subtotal_plus_tax';
  readonly passed: boolean;
  readonly equation: string;
}

const sign = (passed: boolean): string => (passed ? '=' : '≠');

/** Whether subtotal and tax come to the total. Where the subtotal is the total, tax is included in it. */
function subtotalPlusTax({ subtotal, tax, total, extra }: Amounts): Equation[] {
  if (subtotal === null || tax === null || total === null || (subtotal === total && tax !== 0)) return [];
  const added = extra !== 0 && subtotal + tax + extra === total ? [extra] : [];
  const terms = [subtotal, tax, ...added];
  const passed = terms.reduce((sum, term) => sum + term, 0) === total;
  const equation = `${terms.map(decimalOf).join(' + ')} ${sign(passed)} ${decimalOf(total)}`;
  return [{ code: 'subtotal_plus_tax', passed, equation }];
}

/** Whether the items come to the subtotal, or to the total, which they do if taxes are included in their prices. */
function itemsAddUp({ items, subtotal, total }: Amounts): Equation[] {
  const [sum] = items;
  const sought = [subtotal, total].filter((amount) => amount !== null);
  const [first] = sought;
  if (sum === undefined || first === undefined) return [];
  const found = items.find((one) => sought.includes(one));
  const [is, of] = found === undefined ? [sum, first] : [found, found];
  const passed = found !== undefined;
  return [
    { code: 'items_add_up', passed, equation: `items ${decimalOf(is)} ${sign(passed)} ${decimalOf(of)}` },
  ];
}

export const equationsOf = (amounts: Amounts): Equation[] => [
  ...subtotalPlusTax(amounts),
  ...itemsAddUp(amounts),
];

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

/** So many hypotheses of each are combined; those after them, which are improbable, count as one that adds up to nothing. */
const COMBINED = 6;

const sumOf = (hypotheses: readonly Hypothesis[]): number =>
  hypotheses.reduce((sum, { probability }) => sum + probability, 0);

function combined<Amount>({ hypotheses, amounts }: Unknown<Amount>): Unknown<Amount> {
  if (hypotheses.length <= COMBINED) return { hypotheses, amounts };
  const others = { key: null, probability: sumOf(hypotheses.slice(COMBINED)) };
  return { hypotheses: [...hypotheses.slice(0, COMBINED), others], amounts: amounts.slice(0, COMBINED) };
}

/** Divides what those that counted as one came to among them, as they were before. */
function divided({ hypotheses }: Unknown<unknown>, weighed: readonly number[] = []): number[] {
  const before = sumOf(hypotheses.slice(COMBINED)) || 1;
  return hypotheses.map(({ probability }, at) =>
    at < COMBINED ? (weighed[at] ?? 0) : ((weighed[COMBINED] ?? 0) * probability) / before,
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
      return HOLDS ** equationsOf(amounts).filter(({ passed }) => passed).length;
    },
  );
  return {
    subtotal: divided(unknowns.subtotal, weighed[0]),
    tax: divided(unknowns.tax, weighed[1]),
    total: divided(unknowns.total, weighed[2]),
    items: divided(unknowns.items, weighed[3]),
  };
}
