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

/** The terms that come to the total; null if they do not, or one is not known. If the subtotal is the total, tax is in it. */
function termsOfTotal({ subtotal, tax, total, extra }: Amounts): number[] | null {
  if (subtotal === null || tax === null || total === null || (subtotal === total && tax !== 0)) return null;
  if (subtotal + tax === total) return [subtotal, tax];
  return subtotal + tax + extra === total ? [subtotal, tax, extra] : null;
}

/** The sum of the items that is the subtotal, or the total, as it is if taxes are in their prices; undefined if none is. */
const sumThatFits = ({ items, subtotal, total }: Amounts): number | undefined =>
  items.find((sum) => sum === subtotal || sum === total);

/** How many equations hold between these amounts. */
export const equationsThatHold = (amounts: Amounts): number =>
  Number(termsOfTotal(amounts) !== null) + Number(sumThatFits(amounts) !== undefined);

/** An equation between amounts that are known, and whether it holds. */
export interface Equation {
  readonly code: 'items_add_up' | 'subtotal_plus_tax';
  readonly passed: boolean;
  readonly equation: string;
}

const written = (code: Equation['code'], passed: boolean, left: string, right: number): Equation => ({
  code,
  passed,
  equation: `${left} ${passed ? '=' : '≠'} ${decimalOf(right)}`,
});

/** Those that can be looked at, in words. */
export function equationsOf(amounts: Amounts): Equation[] {
  const { subtotal, tax, total, items } = amounts;
  const equations: Equation[] = [];
  if (subtotal !== null && tax !== null && total !== null && (subtotal !== total || tax === 0)) {
    const terms = termsOfTotal(amounts);
    const left = (terms ?? [subtotal, tax]).map(decimalOf).join(' + ');
    equations.push(written('subtotal_plus_tax', terms !== null, left, total));
  }
  const [sum] = items;
  const sought = subtotal ?? total;
  if (sum !== undefined && sought !== null) {
    const fitting = sumThatFits(amounts);
    const left = `items ${decimalOf(fitting ?? sum)}`;
    equations.push(written('items_add_up', fitting !== undefined, left, fitting ?? sought));
  }
  return equations;
}
