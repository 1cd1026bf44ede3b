import { skeleton } from './skeleton.ts';

/** Phrases to look for in folded texts (see {@link skeleton}), made once from a table. */
export interface PhraseSet {
  /** Whether a folded text holds one of the phrases. */
  readonly in: (folded: string) => boolean;
  /** How many of the phrases stand in a folded text, one after another. */
  readonly count: (folded: string) => number;
}

/** Where a phrase of a table ends in the letter tree. */
interface End {
  readonly table: number;
  /** In how many words, at most, the phrase is written. */
  readonly words: number;
  /** More letters may follow. */
  readonly beginning: boolean;
}

interface Node {
  readonly next: Map<string, Node>;
  readonly ends: End[];
}

/** Scripts that put no spaces between words: there a phrase may begin and end anywhere. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** Scripts whose receipts print words letter by letter ("합 계", "合 計"): Korean, folded to its letters, and those. */
const SPREAD = new RegExp(`${UNSPACED.source}|\\p{Script=Hangul}`, 'u');
const ANY_NUMBER_OF_WORDS = 9;

/**
 * Looks for phrases as whole words, blind to case, accents, punctuation and look-alike letters; a space lost inside a
 * phrase is forgiven. A `*` after a phrase lets it begin a longer word, one before it lets it end a longer word.
 */
export function phraseSet(phrases: readonly string[]): PhraseSet {
  const tree = treeOf([phrases]);
  const endings = endingsOf(phrases);
  const count = (folded: string, most: number) => {
    let found = 0;
    for (let start = 0; start >= 0 && found < most; ) {
      let last = start;
      walk(tree, folded, start, (_, end) => {
        last = end;
      });
      if (last > start) found++;
      start = nextWord(folded, last);
    }
    return found;
  };
  return {
    in: (folded) => count(folded, 1) > 0 || (endings !== null && folded.search(endings) >= 0),
    count: (folded) =>
      count(folded, Number.POSITIVE_INFINITY) + (endings ? (folded.match(endings)?.length ?? 0) : 0),
  };
}

/**
 * Looks for the phrases of many tables in one go: the places of the tables that have a phrase in a folded text, each with
 * where its first phrase begins.
 */
export function phraseTables(
  tables: readonly (readonly string[])[],
): (folded: string) => ReadonlyMap<number, number> {
  const tree = treeOf(tables);
  const endings = tables.flatMap((phrases, table) => {
    const pattern = endingsOf(phrases);
    return pattern ? [{ table, pattern }] : [];
  });
  return (folded) => {
    const found = new Map<number, number>();
    for (let start = 0; start >= 0; start = nextWord(folded, start)) {
      walk(tree, folded, start, (table) => {
        if (!found.has(table)) found.set(table, start);
      });
    }
    for (const { table, pattern } of endings) {
      const at = folded.search(pattern);
      if (at >= 0) found.set(table, Math.min(at, found.get(table) ?? at));
    }
    return found;
  };
}

function treeOf(tables: readonly (readonly string[])[]): Node {
  const root: Node = { next: new Map(), ends: [] };
  tables.forEach((phrases, table) => {
    for (const phrase of phrases) {
      const words = skeleton(phrase).split(' ');
      if (phrase.startsWith('*') || words[0] === '') continue;
      let at = root;
      for (const letter of words.join('').split('')) {
        const next: Node = at.next.get(letter) ?? { next: new Map(), ends: [] };
        at.next.set(letter, next);
        at = next;
      }
      at.ends.push({
        table,
        words: SPREAD.test(phrase.normalize('NFKD')) ? ANY_NUMBER_OF_WORDS : words.length,
        beginning: phrase.endsWith('*'),
      });
    }
  });
  return root;
}

/** The phrases that may end a longer word. */
function endingsOf(phrases: readonly string[]): RegExp | null {
  const endings = phrases.filter((phrase) => phrase.startsWith('*')).map(skeleton);
  return endings.length === 0 ? null : new RegExp(`(?:${endings.join('|')})(?: |$)`, 'gu');
}

/** Reports every phrase that begins at a word's first letter, the shortest first: its table, and where it ends. */
function walk(tree: Node, folded: string, start: number, report: (table: number, end: number) => void): void {
  let at = tree;
  let words = 1;
  for (let position = start; position < folded.length; position++) {
    const letter = folded.charAt(position);
    if (letter === ' ') {
      words++;
      continue;
    }
    const next = at.next.get(letter);
    if (!next) return;
    at = next;
    const last = endsWord(letter, folded.charAt(position + 1));
    for (const end of at.ends) {
      if ((end.beginning || last) && end.words >= words) report(end.table, position + 1);
    }
  }
}

/** Whether a word may end between two letters: amounts are glued to words of other scripts than the Latin one. */
function endsWord(letter: string, next: string): boolean {
  if (next === '' || next === ' ') return true;
  if (letter < '\u0370') return false;
  return UNSPACED.test(letter) || UNSPACED.test(next) || /\d/.test(next);
}

/** Where the next word begins, -1 if none does. Where no spaces part words, each letter may begin one. */
function nextWord(folded: string, from: number): number {
  for (let at = from + 1; at < folded.length; at++) {
    const letter = folded.charAt(at);
    if (folded.charAt(at - 1) === ' ' || (letter >= '\u0e00' && UNSPACED.test(letter))) return at;
  }
  return -1;
}
