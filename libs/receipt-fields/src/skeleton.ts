/**
 * Letters that engines take for one another on thermal paper, each written as one of them, in the manner of
 * the skeletons of Unicode Technical Standard 39 (Unicode security mechanisms, section 4).
 */
const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  d: 'o',
  q: 'o',
  '1': 'l',
  i: 'l',
  '!': 'l',
  '|': 'l',
  '5': 's',
  '8': 'b',
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
};

/**
 * Folds case, accents and look-alike letters, so that "T0TAI" and "Total" come out the same, and puts single spaces
 * in place of all that is neither letter nor digit. Both sides of a comparison have to be folded.
 */
export function skeleton(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[\dß-øœłdqi!|æ]/gu, (letter) => LOOKALIKES[letter] ?? letter)
    .replace(/['’`´]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Whether a text holds one of some phrases. Made once from a table, then used on any number of texts. */
export type PhraseTest = (text: string) => boolean;

/**
 * A test for any of the phrases, as whole words (a lost space inside a phrase is forgiven), blind to case, accents,
 * punctuation and look-alike letters. A leading or trailing `*` lets the phrase be a part of a longer word.
 */
export function anyOf(phrases: readonly string[]): PhraseTest {
  const pattern = phrasePattern(phrases);
  return (text) => pattern.test(skeleton(text));
}

/** The pattern behind {@link anyOf}, for texts that are folded already. */
export function phrasePattern(phrases: readonly string[]): RegExp {
  const branches = phrases.map((phrase) => {
    const words = skeleton(phrase).replaceAll(' ', ' ?');
    return `${phrase.startsWith('*') ? '' : '(?<![\\p{L}\\p{N}])'}${words}${phrase.endsWith('*') ? '' : '(?![\\p{L}\\p{N}])'}`;
  });
  return new RegExp(branches.join('|') || '(?!)', 'u');
}
