const PLAIN: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ß: 'ss',
  æ: 'ae',
  ı: 'i',
  œ: 'oe',
  ð: 'd',
  þ: 'th',
  å: 'a',
};

/** Only letters, digits, marks and signs of currencies, in compatibility form and without case. */
export const exact = (text: string): string =>
  [...text.normalize('NFKC').toLowerCase()].filter((sign) => /[\p{L}\p{N}\p{M}\p{Sc}]/u.test(sign)).join('');

/** The same without accents. */
export const folded = (text: string): string =>
  exact(
    [...text.normalize('NFKC').toLowerCase().normalize('NFKD')]
      .filter((sign) => !/\p{M}/u.test(sign))
      .map((sign) => PLAIN[sign] ?? sign)
      .join(''),
  );

/** Twice the longest common subsequence by the sum of lengths: 1 if they are the same. */
function likeness(a: string, b: string): number {
  let row = new Uint16Array(b.length + 1);
  for (const letter of a) {
    const next = new Uint16Array(b.length + 1);
    for (let j = 1; j <= b.length; j++)
      next[j] = letter === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0);
    row = next;
  }
  return (2 * (row[b.length] ?? 0)) / (a.length + b.length || 1);
}

/** Whether a name is one of those that are right, give or take a legal form, a branch or a letter. */
export function sameMerchant(got: string, accepted: readonly string[]): boolean {
  const a = folded(got);
  if (a === '') return false;
  return accepted.map(folded).some((b) => {
    if (b === '') return false;
    const held = b.length >= 4 && a.includes(b) && a.length <= 3 * b.length + 6;
    const holds = a.length >= 4 && b.includes(a) && a.length >= 0.4 * b.length;
    const short = b.length === 3 && a.includes(b) && a.length <= b.length + 4;
    return a === b || held || holds || short || likeness(a, b) >= 0.85;
  });
}
