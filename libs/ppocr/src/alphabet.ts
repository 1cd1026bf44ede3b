import { readFile } from 'node:fs/promises';

/** What each class of the recogniser stands for: class 0 is CTC's blank, and the dictionary's lines follow. */
export type Alphabet = {
  readonly characters: readonly string[];
  /** The classes that may be read, without the blank. */
  readonly classes: Int32Array;
};

/**
 * Receipts in Latin script: ASCII, Latin-1, Latin Extended-A, -B and Additional, general punctuation, currency
 * signs, numero and trade mark. The models of the repository have no others; the full model's are passed over.
 */
const latin = /^[\x20-\x7e\u00a0-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u203a\u20a0-\u20bf\u2116\u2122]$/;

/** Reads a dictionary of PaddleOCR: a character a line; the space comes last and is not written there. */
export async function readAlphabet(path: string): Promise<Alphabet> {
  return parseAlphabet(await readFile(path, 'utf8'));
}

export function parseAlphabet(dictionary: string): Alphabet {
  const lines = dictionary.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const characters = ['', ...lines, ' '];
  const classes = characters.flatMap((character, index) => (latin.test(character) ? [index] : []));
  return { characters, classes: Int32Array.from(classes) };
}
