import { STREET_WORDS, UNIT_WORDS } from '../lexicon/address-words.ts';
import { ADDRESS_SPELLINGS } from '../lexicon/spellings.ts';
import { oneApart } from './one-apart.ts';
import { skeleton } from './skeleton.ts';

/** Shorter words have too many neighbours one letter away. */
const SHORTEST = 5;
const fold = (text: string) => skeleton(text).replaceAll(' ', '');

/** Known words by their folded letters; the proper writing of "F1R" is "FLR". */
const KNOWN: ReadonlyMap<string, string> = new Map(
  [...STREET_WORDS, ...UNIT_WORDS]
    .filter((word) => /^\p{L}{3,}$/u.test(word))
    .map((word) => [fold(word), word]),
);

const nearByCountry = new Map(
  Object.entries(ADDRESS_SPELLINGS).map(([country, words]) => [country, nearWords(words)]),
);

/** Finds the one word of a list that a folded word is one misread letter away from, if there is just one. */
export function nearWords(words: readonly string[]): (folded: string) => string | undefined {
  const list = words.filter(({ length }) => length >= SHORTEST).map((word) => ({ word, folded: fold(word) }));
  const byEnds = Map.groupBy(list, ({ folded }) => endsOf(folded));
  return (folded) => {
    const [found] = (byEnds.get(endsOf(folded)) ?? []).filter((other) => oneApart(folded, other.folded));
    if (!found || folded.length < SHORTEST) return undefined;
    const alone = list.every((other) => other === found || !oneApart(folded, other.folded));
    return alone ? found.word : undefined;
  };
}

/**
 * Mends digits and signs that are letters in a known word ("J1N", "B0ULEVARD"), which no word has. A letter that may be
 * misread stays: it is a letter of some word. Case stays as it is printed.
 */
export function mendWords(text: string): string {
  return digitsInWords(text).replace(/[\p{L}\d|!]{3,}/gu, (word) => {
    const known = /[\d|!]/.test(word) ? KNOWN.get(fold(word)) : undefined;
    return known === undefined ? word : inCaseOf(word, known);
  });
}

/**
 * Mends an address further by the words of its country's addresses, one letter of which was misread, lost or added. Of a
 * country without such a list it stays as it is.
 */
export function mendAddress(text: string, country: string | undefined): string {
  const near = nearByCountry.get(country ?? '');
  const mended = mendWords(text);
  if (!near) return mended;
  return mended.replace(/\p{L}{3,}/gu, (word) => {
    const known = near(fold(word));
    return known === undefined ? word : inCaseOf(word, known);
  });
}

/**
 * "0akham", "BA0BAB", "Y01 6DD", "0R 97204": a nought among letters is an O, be it in a word, in the area of a British
 * postal code or in a state before its ZIP code; so are the three that a Russian company's name begins with.
 */
function digitsInWords(text: string): string {
  return text
    .replace(/(?<![\p{L}\d])0(?=\p{L}{3})|(?<=\p{Lu}{2})0(?=\p{Lu}{2})/gu, 'O')
    .replace(/(?<=\p{Ll}{2})0(?=\p{Ll}{2})/gu, 'o')
    .replace(/(?<![\p{L}\d])(?:0[A-Z]|[A-Z]0)(?=\d[A-Z\d]? \d[A-Z]{2}(?![\p{L}\d]))/gu, (area) =>
      area.replace('0', 'O'),
    )
    .replace(/(?<![\p{L}\d])(?:0[HKR]|[CM]0)(?= \d{5}(?:-\d{4})?(?!\d))/gu, (state) =>
      state.replace('0', 'O'),
    )
    .replace(/^000(?= ["«]?\p{Script=Cyrillic})/u, 'ООО');
}

/**
 * Takes the accents off letters: for languages without them, in which an accent is a speck of dirt ("STRÈET"). An é at
 * the end of a word stays ("Café").
 */
export function withoutAccents(text: string): string {
  return text
    .normalize('NFC')
    .replace(/(?!é(?!\p{L}))\p{L}/giu, (letter) => letter.normalize('NFD').replace(/\p{M}+/gu, ''));
}

/** First and last letter: a word with others is another word ("restaurants", "borough"). */
function endsOf(folded: string): string {
  return folded.slice(0, 1) + folded.slice(-1);
}

function inCaseOf(read: string, word: string): string {
  if (read === read.toUpperCase()) return word.toUpperCase();
  return read.charAt(0) === read.charAt(0).toUpperCase()
    ? word.charAt(0).toUpperCase() + word.slice(1)
    : word;
}
