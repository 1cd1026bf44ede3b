/**
 * F1 of two texts by their words: split on white space, case folded, compared as multisets; 2 * common / (read +
 * true), which is the harmonic mean of precision and recall. Two empty texts agree: 1.
 */
export function wordF1(read: readonly string[], truth: readonly string[]): number {
  const readWords = countWords(read);
  const trueWords = countWords(truth);
  let common = 0;
  for (const [word, count] of readWords) common += Math.min(count, trueWords.get(word) ?? 0);
  const words = total(readWords) + total(trueWords);
  return words === 0 ? 1 : (2 * common) / words;
}

function countWords(lines: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of lines.join(' ').toLowerCase().split(/\s+/)) {
    if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

function total(counts: Map<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}
