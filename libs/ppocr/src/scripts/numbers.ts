import type { Character, Reading } from '../ctc.ts';

type Word = { readonly characters: readonly Character[]; readonly from: number; readonly to: number };

/** Numbers and what is written with them; there is no letter in it. */
const isNumber = (text: string) => /[0-9]/.test(text) && !/\p{L}/u.test(text);
/** The least mean probability of the characters of a number that replaces another. */
const sureEnough = 0.8;

/**
 * A line of two recognisers: the words of the one that knows the script, the numbers of the other, which is much the
 * better in them. A number replaces what stands in its place if that has digits, too, and no letters.
 */
export function withNumbersOf(line: Reading, other: Reading): Reading {
  const numbers = wordsOf(other).filter((word) => isNumber(textOf(word)) && sureness(word) >= sureEnough);
  if (numbers.length === 0) return line;
  const words = wordsOf(line).map((word) => {
    const better = numbers.filter((candidate) => overlap(candidate, word) > 0.5);
    return better.length > 0 && isNumber(textOf(word)) ? { word, better } : { word, better: [] };
  });
  const used = new Set<Word>();
  const merged = words.flatMap(({ word, better }) => {
    if (better.length === 0) return [word];
    const fresh = better.filter((candidate) => !used.has(candidate));
    for (const candidate of fresh) used.add(candidate);
    return fresh;
  });
  return used.size === 0 ? line : readingOf(merged);
}

function wordsOf({ characters }: Reading): Word[] {
  const words: Character[][] = [[]];
  for (const character of characters) {
    if (character.text === ' ') words.push([]);
    else words.at(-1)?.push(character);
  }
  return words.flatMap((word): Word[] => {
    const [first, last] = [word[0], word.at(-1)];
    return first && last ? [{ characters: word, from: first.at, to: last.at }] : [];
  });
}

const textOf = ({ characters }: Word) => characters.map(({ text }) => text).join('');
const mean = (characters: readonly Character[]) =>
  characters.reduce((sum, { sure }) => sum + sure, 0) / Math.max(1, characters.length);
const sureness = ({ characters }: Word) => mean(characters);

/** The half of a character's width, as part of a line: what a word reaches beyond the middles of its outer ones. */
const half = 0.01;

/** How much of the shorter of two words the other one covers. */
function overlap(a: Word, b: Word): number {
  const common = Math.min(a.to, b.to) - Math.max(a.from, b.from) + 2 * half;
  return common / (Math.min(a.to - a.from, b.to - b.from) + 2 * half);
}

function readingOf(words: readonly Word[]): Reading {
  const characters = words.flatMap(({ characters: word, from }, i) =>
    i === 0 ? word : [{ text: ' ', at: from, sure: 1 }, ...word],
  );
  return {
    text: characters.map(({ text }) => text).join(''),
    confidence: mean(characters.filter(({ text }) => text !== ' ')),
    characters,
  };
}
