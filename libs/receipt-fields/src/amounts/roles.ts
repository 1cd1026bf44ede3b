import { AMOUNT_LABELS, type AmountRole, LABEL_WORDS } from '../lexicon/amount-labels.ts';
import { nearHangul } from '../words/near-hangul.ts';
import { phraseTables } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { nearWords } from '../words/spelling.ts';

const labelsIn = phraseTables(AMOUNT_LABELS.map(({ phrases }) => phrases));
const nearLabel = nearWords(LABEL_WORDS);

const koreanLabel = nearHangul(
  AMOUNT_LABELS.filter(({ language }) => language === 'ko').flatMap(({ role, weight, phrases }) =>
    phrases.map((phrase) => ({ phrase, value: { role, weight } })),
  ),
  (a, b) => a.role === b.role,
);

/** Whether labels of a language count. */
export type Speaks = (language: string) => boolean;
export const ANY: Speaks = () => true;

/** A role and the weight of its label. */
export interface Role {
  readonly role: AmountRole | null;
  readonly weight: number;
}
export const NO_ROLE: Role = { role: null, weight: 0 };

/**
 * The role of a row by its folded words, with the weight of the label. A label of one language counts if that is spoken and
 * it leads the row: further on, words of other languages and shortened ones look like it.
 */
export function roleOf(folded: string, speaks: Speaks = ANY): Role {
  const label = (text: string) => {
    let best: number | undefined;
    for (const [table, start] of labelsIn(text)) {
      const language = AMOUNT_LABELS[table]?.language;
      if (language !== undefined && !(speaks(language) && leads(text, start, 1))) continue;
      if (AMOUNT_LABELS[table]?.role === 'paid' && !leads(text, start, 0)) continue;
      if (best === undefined || table < best) best = table;
    }
    return best === undefined ? undefined : AMOUNT_LABELS[best];
  };
  const mended = () => folded.replace(/\S+/g, (word) => nearLabel(word) ?? word);
  const korean = () => (speaks('ko') && /\p{Script=Hangul}/u.test(folded) ? koreanLabel(folded) : undefined);
  return label(folded) ?? label(skeleton(mended())) ?? korean() ?? NO_ROLE;
}

/** Whether no more than so many words stand before a place. */
const leads = (text: string, start: number, most: number): boolean =>
  start <= MOST_BEFORE_LABEL && (text.slice(0, start).match(/\p{L}{2}\S*/gu)?.length ?? 0) <= most;
const MOST_BEFORE_LABEL = 24;
