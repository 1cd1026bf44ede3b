import { skeleton } from './skeleton.ts';

/** Phrases to look for in folded texts (see {@link skeleton}), made once from a table. */
export interface PhraseSet {
  /** Whether a folded text holds one of the phrases. */
  readonly in: (folded: string) => boolean;
  /** How many of the phrases stand in a folded text, one after another. */
  readonly count: (folded: string) => number;
}

/** A letter tree of the phrases. A number says in how many words, at most, the phrase that ends here is written. */
interface Node {
  readonly next: Map<string, Node>;
  /** The phrase is whole words; 0 where none ends. */
  whole: number;
  /** The phrase begins a word: more letters may follow. */
  beginning: number;
}

const node = (): Node => ({ next: new Map(), whole: 0, beginning: 0 });

/**
 * Looks for phrases as whole words, blind to case, accents, punctuation and look-alike letters; a space lost inside a
 * phrase is forgiven. A `*` after a phrase lets it begin a longer word, one before it lets it end a longer word.
 */
export function phraseSet(phrases: readonly string[]): PhraseSet {
  const root = node();
  const endings: string[] = [];
  for (const phrase of phrases) {
    const folded = skeleton(phrase);
    if (folded === '') continue;
    if (phrase.startsWith('*')) endings.push(folded);
    else plant(root, folded, phrase.endsWith('*'));
  }
  const ends = endings.length === 0 ? null : new RegExp(`(?:${endings.join('|')})(?: |$)`, 'gu');
  return {
    in: (folded) => matches(root, folded, 1) > 0 || (ends !== null && folded.search(ends) >= 0),
    count: (folded) =>
      matches(root, folded, Number.POSITIVE_INFINITY) + (ends ? (folded.match(ends)?.length ?? 0) : 0),
  };
}

function plant(root: Node, folded: string, beginning: boolean): void {
  const words = folded.split(' ');
  let at = root;
  for (const letter of words.join('').split('')) {
    const next = at.next.get(letter) ?? node();
    at.next.set(letter, next);
    at = next;
  }
  const key = beginning ? 'beginning' : 'whole';
  at[key] = Math.max(at[key], words.length);
}

/** How many phrases stand in the text, counted up to `most`. Phrases do not overlap. */
function matches(root: Node, folded: string, most: number): number {
  let found = 0;
  for (let at = 0; at < folded.length && found < most; ) {
    const end = longest(root, folded, at);
    if (end > at) found++;
    const space = folded.indexOf(' ', Math.max(at, end));
    at = space < 0 ? folded.length : space + 1;
  }
  return found;
}

/** Where the longest phrase ends that begins at a word's first letter; -1 where none does. */
function longest(root: Node, folded: string, start: number): number {
  let end = -1;
  let words = 1;
  let at = root;
  for (let position = start; position < folded.length; position++) {
    const letter = folded.charAt(position);
    if (letter === ' ') {
      words++;
      continue;
    }
    const next = at.next.get(letter);
    if (!next) break;
    at = next;
    const last = position + 1 === folded.length || folded.charAt(position + 1) === ' ';
    if (at.beginning >= words || (last && at.whole >= words)) end = position + 1;
  }
  return end;
}
