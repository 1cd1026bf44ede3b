import { readFile } from 'node:fs/promises';

/** What each class of the recogniser stands for: class 0 is CTC's blank, the dictionary follows, then the space. */
export type Alphabet = {
  readonly characters: readonly string[];
  /** The classes that may be read, without the blank. */
  readonly classes: Int32Array;
};

/**
 * Receipts in Latin script: ASCII, letters of Latin script with any accent, signs of currency, degree and numero.
 * Look-alikes such as the multiplication sign for x and long dashes are passed over, which gains 0.1 points.
 */
const readable = /^(?:[\x20-\x7e°№]|\p{Script=Latin}|\p{Currency_Symbol})$/u;

const anything = /^/;

/** Reads a dictionary of PaddleOCR: a character a line; the space comes last and is not written there. */
export async function readAlphabet(path: string): Promise<Alphabet> {
  return parseAlphabet(await readFile(path, 'utf8'));
}

/** The same, with all its characters. */
export async function readWholeAlphabet(path: string): Promise<Alphabet> {
  return parseAlphabet(await readFile(path, 'utf8'), anything);
}

export function parseAlphabet(dictionary: string, accepted = readable): Alphabet {
  const lines = dictionary.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const characters = ['', ...lines, ' '];
  const classes = characters.flatMap((character, index) =>
    index > 0 && accepted.test(character) ? [index] : [],
  );
  return { characters, classes: Int32Array.from(classes) };
}
