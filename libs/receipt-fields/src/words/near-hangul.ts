/** A label that a misread word is taken for. */
interface Known<Value> {
  readonly syllables: string;
  readonly letters: readonly string[];
  readonly value: Value;
}

/** Shorter words are too many others with a stroke more. */
const SHORTEST = 3;
const MOST_SYLLABLES = 12;
const lettersOf = (syllable: string) => syllable.normalize('NFD');

/** How many letters of two syllables differ; those of other lengths differ in all. */
function difference(a: string, b: string): number {
  if (a.length !== b.length) return Math.max(a.length, b.length);
  let found = 0;
  for (let at = 0; at < a.length; at++) if (a.charAt(at) !== b.charAt(at)) found++;
  return found;
}

/**
 * Looks for the Korean label that a text was meant to be. Syllables are drawn from strokes, so that engines take 금 for 급
 * and 맥 for 액, but seldom one more or less: of as many syllables, no more than half may differ, each by a letter.
 *
 * @returns the value of the one label that comes nearest; undefined if none does, or several that differ in value
 */
export function nearHangul<Value>(
  labels: readonly { readonly phrase: string; readonly value: Value }[],
  same: (a: Value, b: Value) => boolean,
): (text: string) => Value | undefined {
  const known = labels.flatMap(({ phrase, value }): Known<Value>[] => {
    const syllables = phrase.normalize('NFC').replace(/[^\p{Script=Hangul}]/gu, '');
    return syllables.length < SHORTEST ? [] : [{ syllables, letters: [...syllables].map(lettersOf), value }];
  });
  return (text) => {
    const syllables = text.normalize('NFC').replace(/[^\p{Script=Hangul}]/gu, '');
    if (syllables.length < SHORTEST || syllables.length > MOST_SYLLABLES) return undefined;
    const letters = [...syllables].map(lettersOf);
    let best: { far: number; values: Value[] } | undefined;
    for (const label of known) {
      if (label.letters.length !== letters.length) continue;
      const far = letters.map((syllable, at) => difference(syllable, label.letters[at] ?? ''));
      const differ = far.filter((one) => one > 0).length;
      if (far.some((one) => one > 1) || differ > letters.length / 2) continue;
      if (!best || differ < best.far) best = { far: differ, values: [label.value] };
      else if (differ === best.far) best.values.push(label.value);
    }
    const [first, ...others] = best?.values ?? [];
    return first !== undefined && others.every((other) => same(first, other)) ? first : undefined;
  };
}
