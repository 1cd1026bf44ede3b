import { AMOUNT_LABELS, type AmountLabel, type AmountRole } from '../lexicon/amount-labels.ts';
import { phraseTables } from '../words/phrase-set.ts';

/** Those of sums: others are not missed as much, and their remainders are words. */
const OF_SUMS: ReadonlySet<AmountRole> = new Set(['total', 'subtotal', 'change', 'rounding']);
/** What is left of a first word has so many letters at least: "OTAL", "umme". */
const SHORTEST = 4;
/** From here on no other word is like it: "ubtotal", "esamtbetrag". */
const ALONE = 6;
/** As weak as a bare "amount", until the sums confirm it. */
const WEAK = 3;

const cut = AMOUNT_LABELS.filter(({ role }) => OF_SUMS.has(role)).map((label) => ({
  ...label,
  weight: Math.min(label.weight, WEAK),
  phrases: label.phrases.flatMap((phrase) => {
    const [word = '', ...others] = phrase.split(' ');
    if (!/^\p{Script=Latin}{3}/u.test(word)) return [];
    const [, ...rest] = word.normalize('NFC');
    const letters = rest.filter((letter) => letter !== '*').length;
    return letters < SHORTEST ? [] : [[rest.join(''), ...others].join(' ')];
  }),
}));
const cutLabelsIn = phraseTables(cut.map(({ phrases }) => phrases));

/**
 * The label that a row begins with if its first letter is beyond the edge of the picture: "OTAL", "esamtbetrag".
 *
 * @param missed whether no other label of a total was found: only then words of few letters count
 */
export function cutLabelOf(
  folded: string,
  speaks: (language: string) => boolean,
  missed: boolean,
): Pick<AmountLabel, 'role' | 'weight'> | null {
  const [word = ''] = folded.split(' ');
  if (word.length < (missed ? SHORTEST : ALONE)) return null;
  const found = [...cutLabelsIn(folded)]
    .flatMap(([table, start]) => (start === 0 ? [table] : []))
    .sort((a, b) => a - b)
    .flatMap((table) => cut[table] ?? [])
    .find(({ language }) => language === undefined || speaks(language));
  return found ? { role: found.role, weight: found.weight } : null;
}
