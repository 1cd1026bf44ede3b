import type { Receipt, ReceiptField } from '@inkstream/contracts';
import { type Question, questionOf, type Said, type Source, trustIn } from './said.ts';
import { decimalOf, thousandths } from './values.ts';

/** What a receipt may have several of. */
export interface Listing<Entry extends Pick<ReceiptField, 'checks' | 'confidence'>, Shown> {
  readonly of: (receipt: Receipt) => readonly Entry[];
  /** What makes two entries the same. Engines spell words in many ways, so that it is rather an amount. */
  readonly keyOf: (entry: Entry) => string;
  readonly amountOf: (entry: Entry) => string | null;
  readonly shown: (entry: Entry) => Shown;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

/** The lists that the sources have; the order of entries does not matter. */
export const askForLists = <Entry extends Pick<ReceiptField, 'checks' | 'confidence'>, Shown>(
  sources: readonly Source[],
  { of, keyOf }: Listing<Entry, Shown>,
): Question<Receipt> =>
  questionOf(
    sources
      .filter(({ receipt }) => of(receipt).length > 0)
      .map((source): Said<Receipt> => {
        const entries = of(source.receipt);
        const stated = entries.flatMap(({ confidence }) => confidence ?? []);
        return {
          source,
          value: source.receipt,
          confidence: stated.length > 0 ? mean(stated) : undefined,
          key: entries.map(keyOf).toSorted().join(' '),
          trust: mean(entries.map(trustIn)),
        };
      }),
  );

/** In thousandths; null if one is not known. */
export function sumOf(amounts: readonly (string | null)[]): number | null {
  const parts = amounts.map(thousandths);
  return parts.includes(null) ? null : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

/** The entries of `list` that `other` has not, by how many of each. */
function without<Entry>(
  list: readonly Entry[],
  other: readonly Entry[],
  keyOf: (entry: Entry) => string,
): Entry[] {
  const left = other.map(keyOf);
  return list.filter((entry) => {
    const at = left.indexOf(keyOf(entry));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The lists in the order of these probabilities, with what they have more and less than the first. */
export function listsOf<Entry extends Pick<ReceiptField, 'checks' | 'confidence'>, Shown>(
  { candidates }: Question<Receipt>,
  probabilities: readonly number[],
  { of, keyOf, amountOf, shown }: Listing<Entry, Shown>,
) {
  const ranked = candidates
    .map((candidate, at) => ({ ...candidate, probability: probabilities[at] ?? 0 }))
    .toSorted((a, b) => b.probability - a.probability);
  const first = ranked[0] ? of(ranked[0].best.value) : [];
  return ranked.map(({ best: { value }, by, probability }) => {
    const entries = of(value);
    const sum = sumOf(entries.map(amountOf));
    return {
      entries: entries.length,
      sum: sum === null ? null : decimalOf(sum),
      probability,
      by: by.map(({ source: { executionId, ocrProvider }, confidence }) => ({
        executionId,
        ocrProvider,
        ...(confidence !== undefined && { confidence }),
      })),
      lacks: without(first, entries, keyOf).map(shown),
      adds: without(entries, first, keyOf).map(shown),
    };
  });
}
