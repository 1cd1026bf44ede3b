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
  ı: 'l',
  đ: 'o',
};

/**
 * Folds case, accents and look-alike letters, so that "T0TAI" and "Total" come out the same, and puts single spaces in
 * place of all that is neither letter nor digit. A number without a Latin letter stays a number. Both sides of a comparison
 * have to be folded.
 */
export function skeleton(text: string): string {
  const plain = /^[\x20-\x7e]*$/.test(text) ? text : text.normalize('NFKD').replace(/\p{M}+/gu, '');
  return plain
    .toLowerCase()
    .replace(/\S+/g, (word) => (/\p{Script=Latin}/u.test(word) ? lookalikes(word) : word))
    .replace(/['’`´]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function lookalikes(word: string): string {
  return word.replace(/[\dß-øœłıđdqi!|æ]/gu, (letter) => LOOKALIKES[letter] ?? letter);
}
