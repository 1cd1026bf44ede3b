import type { ItemsComparison, Receipt, ReceiptItem } from '@inkstream/contracts';
import { type Question, questionOf, type Said, type Source, trustIn } from './said.ts';
import { decimalOf, meaningOf, thousandths } from './values.ts';

/** What makes two items the same: the amount, or the words if that is not known. Engines spell words in many ways. */
const keyOf = ({ amount, description }: ReceiptItem): string =>
  String(thousandths(amount) ?? meaningOf('merchant', description));

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The lists of items that the sources have; the order of items does not matter. */
export const askForItems = (sources: readonly Source[]): Question<Receipt> =>
  questionOf(
    sources
      .filter(({ receipt }) => receipt.items.length > 0)
      .map((source): Said<Receipt> => {
        const { items } = source.receipt;
        const stated = items.flatMap(({ confidence }) => confidence ?? []);
        return {
          source,
          value: source.receipt,
          confidence: stated.length > 0 ? mean(stated) : undefined,
          key: items.map(keyOf).toSorted().join(' '),
          trust: mean(items.map(trustIn)),
        };
      }),
  );

function sumOf(amounts: readonly (string | null)[]): number | null {
  const parts = amounts.map(thousandths);
  return parts.includes(null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

/** What the items of a receipt may come to: without its discounts, and less them; nothing if that is not known. */
export function sumsOf({ items, discounts = [] }: Receipt): number[] {
  const sum = sumOf(items.map(({ amount }) => amount));
  const less = sumOf(discounts.map(({ amount }) => amount));
  if (sum === null) return [];
  return less ? [sum, sum - Math.abs(less)] : [sum];
}

/** The items of `list` that `other` has not, by how many of each. */
function without(list: readonly ReceiptItem[], other: readonly ReceiptItem[]) {
  const left = other.map(keyOf);
  return list.filter((item) => {
    const at = left.indexOf(keyOf(item));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const shown = ({ description, quantity, unitPrice, amount }: ReceiptItem) => ({
  description,
  quantity,
  unitPrice,
  amount,
});
export const shownItems = (items: readonly ReceiptItem[]) => items.map(shown);

/** The lists in the order of these probabilities, with what they have more and less than the first. */
export function listsOf(
  { candidates }: Question<Receipt>,
  probabilities: readonly number[],
): ItemsComparison['lists'] {
  const ranked = candidates
    .map((candidate, at) => ({ ...candidate, probability: probabilities[at] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability);
  const first = ranked[0]?.best.value.items ?? [];
  return ranked.map(({ best: { value }, by, probability }) => {
    const sum = sumOf(value.items.map(({ amount }) => amount));
    return {
      items: value.items.length,
      sum: sum === null ? null : decimalOf(sum),
      probability,
      by: by.map(({ source: { executionId, ocrProvider }, confidence }) => ({
        executionId,
        ocrProvider,
        ...(confidence !== undefined && { confidence }),
      })),
      lacks: shownItems(without(first, value.items)),
      adds: shownItems(without(value.items, first)),
    };
  });
}
