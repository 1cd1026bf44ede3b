import { phrases } from '../phrases.ts';
import { asianWords } from './asian.ts';
import { cyrillicAndGreekWords } from './cyrillic-and-greek.ts';
import { europeanWords } from './european.ts';

/**
 * What a word beside an amount means, from the strongest name of the total to none of the sum: `due` (what is to be paid),
 * `sum` (the total of all), `total` (either, or a subtotal).
 */
export type Meaning =
  | 'aside'
  | 'rounding'
  | 'discount'
  | 'count'
  | 'change'
  | 'subtotal'
  | 'service'
  | 'tip'
  | 'due'
  | 'tax'
  | 'sum'
  | 'paid'
  | 'total';

/** The words of a language by their meaning: each cell has phrases parted by commas. */
export type AmountWords = Partial<Readonly<Record<Meaning, string>>>;

const languages: Readonly<Record<string, AmountWords>> = {
  ...europeanWords,
  ...cyrillicAndGreekWords,
  ...asianWords,
};

/** Shorter words begin too many others ("rest", "restaurant"). */
const SHORTEST_BEGINNING = 7;

/** The phrases of each language with a meaning. */
export const wordsFor = (
  meaning: Meaning,
): readonly { readonly language: string; readonly phrases: string[] }[] =>
  Object.entries(languages).flatMap(([language, words]) => {
    const cell = words[meaning];
    if (cell === undefined) return [];
    return {
      language,
      phrases: phrases(cell).map((phrase) =>
        phrase.length > SHORTEST_BEGINNING ? phrase : phrase.replace(/\*$/, ''),
      ),
    };
  });
