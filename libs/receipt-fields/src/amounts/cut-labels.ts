import { AMOUNT_LABELS, type AmountLabel, type AmountRole } from '../lexicon/amount-labels.ts';
import { phraseTables } from '../words/phrase-set.ts';

/** Those of sums: others are not missed as much, and their remainders are words. */
const OF_SUMS: ReadonlySet<AmountRole> = new Set(['total', 'subtotal', 'change', 'rounding']);
/** What is left has so many letters at least: "OTAL", "umme"; and of its first word two: "ub total". */
const SHORTEST = 4;
const SHORTEST_WORD = 2;
/** From here on nothing else is like it: "ubtotal", "esamtbetrag". */
const ALONE = 6;
/** As weak as a bare "amount", until the sums confirm it. */
const WEAK = 3;

const labels = AMOUNT_LABELS.filter(({ role }) => OF_SUMS.has(role));
const lettersOf = (text: string) => text.replace(/\P{L}/gu, '').length;

/** Tables of what is left of each label, for those with so many letters. */
const cut = (fewest: number) =>
  phraseTables(
    labels.map(({ phrases }) =>
      phrases.flatMap((phrase) => {
        if (!/^\p{Script=Latin}{3}/u.test(phrase)) return [];
        const left = [...phrase.normalize('NFC')].slice(1).join('');
        const [word = ''] = left.split(' ');
        return lettersOf(left) < fewest || lettersOf(word) < SHORTEST_WORD ? [] : [left];
      }),
    ),
  );
const [anyIn, longIn] = [cut(SHORTEST), cut(ALONE)];

/**
 * The label that a row begins with if its first letter is beyond the edge of the picture: "OTAL", "esamtbetrag".
 *
 * @param missed whether no other label of a total was found: only then those of few letters count
 */
export function cutLabelOf(
  folded: string,
  speaks: (language: string) => boolean,
  missed: boolean,
): Pick<AmountLabel, 'role' | 'weight'> | null {
  const found = [...(missed ? anyIn : longIn)(folded)]
    .flatMap(([table, start]) => (start === 0 ? [table] : []))
    .sort((a, b) => a - b)
    .flatMap((table) => labels[table] ?? [])
    .find(({ language }) => language === undefined || speaks(language));
  return found ? { role: found.role, weight: Math.min(found.weight, WEAK) } : null;
}
