import type { Character, Reading } from '../ctc.ts';

/** The letter without what Vietnamese sets on it, and in small: the same for all that look alike but for that. */
const plain = (character: string) =>
  character.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace('đ', 'd').replace('ð', 'd');

/**
 * A line as the recogniser of Latin read it, with the accents of another that knows all letters of Vietnamese: where the
 * two agree but for the accents, the other's letter stands. The first is the better in everything else.
 */
export function withAccentsOf(line: Reading, accented: Reading): Reading {
  const a = line.characters;
  const b = accented.characters.filter(({ text }) => text !== ' ');
  const pairs = alignment(a, b);
  const characters = a.map((character, i): Character => {
    const other = b[pairs[i] ?? -1];
    return other && /\p{L}/u.test(character.text) ? { ...character, text: inCaseOf(character.text, other.text) } : character;
  });
  return { ...line, text: characters.map(({ text }) => text).join('').normalize('NFC'), characters };
}

const inCaseOf = (model: string, letter: string) =>
  model === model.toUpperCase() && model !== model.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();

/** For each character of `a` the one of `b` that is the same but for accents, by the longest common subsequence. */
function alignment(a: readonly Character[], b: readonly Character[]): (number | undefined)[] {
  const width = b.length + 1;
  const [p, q] = [a.map(({ text }) => plain(text)), b.map(({ text }) => plain(text))];
  const longest = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      longest[i * width + j] =
        p[i] === q[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
    }
  }
  const pairs: (number | undefined)[] = [];
  for (let i = 0, j = 0; i < a.length; ) {
    if (j < b.length && p[i] === q[j]) pairs[i++] = j++;
    else if (j < b.length && longest[i * width + j + 1]! >= longest[(i + 1) * width + j]!) j++;
    else i++;
  }
  return pairs;
}
