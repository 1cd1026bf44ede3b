/** Letters and marks that are written from right to left, and what belongs to no direction of its own. */
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u;
const mark = /\p{M}/u;
/** What runs from left to right within such a line: numbers and Latin words, with what holds them together. */
const leftToRight = /[\p{Nd}\p{Script=Latin}%$€£¥₪+\-#][\p{Nd}\p{Script=Latin}.,:/\-+%$€£¥₪#@_*]*/gu;

const mirrored: Readonly<Record<string, string>> = {
  '(': ')',
  ')': '(',
  '[': ']',
  ']': '[',
  '<': '>',
  '>': '<',
  '«': '»',
  '»': '«',
};

/**
 * A line in the order in which it is read, of one in the order in which it is seen from left to right: what runs from
 * right to left is turned round, and numbers and Latin words within it are not (the reverse of UAX #9).
 */
export function inOrderOfReading(seen: string): string {
  if (!rightToLeft.test(seen)) return seen;
  const clusters: string[] = [];
  for (const character of seen.normalize('NFC')) {
    if (mark.test(character) && clusters.length > 0) clusters[clusters.length - 1] += character;
    else clusters.push(character);
  }
  const turned = clusters
    .reverse()
    .map((cluster) => mirrored[cluster] ?? cluster)
    .join('');
  return turned.replace(leftToRight, (run) => [...run].reverse().join(''));
}
