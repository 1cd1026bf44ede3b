const wordsOf = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

/**
 * How much of a text was read, 0 to 1: the harmonic mean of precision and recall over its words as a multiset,
 * whatever their order.
 */
export function wordF1(read: string, truth: string): number {
  const left = Map.groupBy(wordsOf(truth), (word) => word);
  let hits = 0;
  for (const word of wordsOf(read)) if (left.get(word)?.pop() !== undefined) hits++;
  return (2 * hits) / (wordsOf(read).length + wordsOf(truth).length);
}
