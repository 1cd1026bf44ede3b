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

/** Looks for the phrases of many tables in one go: the places of the tables that have a phrase in a folded text. */
export function phraseTables(
  tables: readonly (readonly string[])[],
): (folded: string) => ReadonlySet<number> {
  const tree = treeOf(tables);
  const endings = tables.flatMap((phrases, table) => {
    const pattern = endingsOf(phrases);
    return pattern ? [{ table, pattern }] : [];
  });
  return (folded) => {
    const found = new Set<number>();
    for (let start = 0; start >= 0; start = nextWord(folded, start)) {
      walk(tree, folded, start, (table) => found.add(table));
    }
    for (const { table, pattern } of endings) if (folded.search(pattern) >= 0) found.add(table);
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
      at.ends.push({ table, words: words.length, beginning: phrase.endsWith('*') });
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
    const last = position + 1 === folded.length || folded.charAt(position + 1) === ' ';
    for (const end of at.ends) {
      if ((end.beginning || last) && end.words >= words) report(end.table, position + 1);
    }
  }
}

/** Where the next word begins, -1 if none does. */
function nextWord(folded: string, from: number): number {
  const space = folded.indexOf(' ', from);
  return space < 0 ? -1 : space + 1;
}
