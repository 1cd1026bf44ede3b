import { LANGUAGE_WORDS } from '../lexicon/language-words.ts';
import type { Row } from '../page/rows.ts';
import { phraseTables } from '../words/phrase-set.ts';
import { Votes } from './votes.ts';

/** The language that most of a receipt is in, and how likely. */
export interface LanguageEvidence {
  /** ISO 639-1. */
  readonly code: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
  /** All that some of it may be in. */
  readonly spoken: ReadonlySet<string>;
}

const LANGUAGES = Object.keys(LANGUAGE_WORDS);
const wordsIn = phraseTables(Object.values(LANGUAGE_WORDS));

/** Scripts that one language of receipts is written in, and letters that tell apart those of a shared script. */
const SCRIPTS: readonly (readonly [language: string, letters: RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['th', /\p{Script=Thai}/u],
  ['el', /\p{Script=Greek}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['hi', /\p{Script=Devanagari}/u],
  ['fa', /[پچژگی]/u],
  ['ar', /\p{Script=Arabic}/u],
  ['kk', /[ғқұ]/iu],
  ['uk', /[іїєґІЇЄҐ]/u],
  ['sr', /[ђћџјљњЂЋЏЈЉЊ]/u],
  ['zh', /\p{Script=Han}/u],
  ['ru', /[ыэЫЭёЁ]/u],
  ['bg', /\p{Script=Cyrillic}/u],
];

/** Rows in letters of their own tell a language more surely than its words in a shared alphabet. */
const SCRIPT_WEIGHT = 2;
/** A language with this share of the first one's evidence may be on the receipt, too. */
const SPOKEN = 0.4;

/** The language by the script and by common words; null if nothing tells. */
export function languageOf(rows: readonly Row[]): LanguageEvidence | null {
  const votes = new Votes();
  for (const row of rows) {
    const script = /[\u0370-\uffff]/.test(row.text)
      ? SCRIPTS.find(([, letters]) => letters.test(row.text))
      : undefined;
    if (script) votes.add(script[0], SCRIPT_WEIGHT, row);
    const words = wordsIn(row.folded);
    for (const place of words.keys()) votes.add(LANGUAGES[place] ?? '', 1 / words.size, row);
  }
  settle(votes);
  const ranked = votes.ranked();
  const [first, second] = ranked;
  if (!first) return null;
  const [code, { weight, rows: evidence }] = first;
  const rival = second?.[1].weight ?? 0;
  const spoken = withKin(
    ranked.flatMap(([other, entry]) => (entry.weight >= SPOKEN * weight ? [other] : [])),
  );
  return {
    code,
    evidence: Math.min(0.98, (weight / (weight + rival)) * (weight / (weight + 0.4))),
    rows: evidence,
    spoken,
  };
}

/** Kanji rows are of a Japanese receipt if it has kana, plain Cyrillic ones of a Russian one if it has its letters. */
function settle(votes: Votes): void {
  for (const [special, plain] of [
    ['ja', 'zh'],
    ['kk', 'uk'],
    ['kk', 'ru'],
    ['kk', 'bg'],
    ['uk', 'bg'],
    ['uk', 'ru'],
    ['sr', 'bg'],
    ['ru', 'bg'],
    ['fa', 'ar'],
  ] as const) {
    const weight = votes.weightOf(special);
    if (weight > 0 && weight * 8 >= votes.weightOf(plain)) votes.move(plain, special);
  }
}

/** Languages of several countries, with those that have most of their receipts; English tells nothing. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = {
  en: [],
  ar: [],
  zh: ['CN'],
  es: ['ES'],
  pt: ['PT', 'BR'],
  fr: ['FR'],
};

/** Where a language is spoken above all: CLDR's likely subtags, but for languages of many countries. */
export function countriesOf(language: string | undefined): ReadonlySet<string> {
  if (language === undefined) return new Set();
  return new Set(SEVERAL[language] ?? new Intl.Locale(language).maximize().region?.split(' '));
}

/** Languages in letters that only the receipts of one country are printed in: these tell the country by themselves. */
export const OF_ONE_COUNTRY: ReadonlySet<string> = new Set(['ru', 'uk', 'el', 'th', 'ja', 'ko', 'he']);

/** Languages so near to each other that receipts in one have words of the other. */
const KIN: readonly (readonly string[])[] = [
  ['hr', 'bs', 'sr', 'sl'],
  ['no', 'da', 'sv'],
  ['cs', 'sk'],
  ['id', 'ms'],
  ['ru', 'uk', 'bg', 'sr', 'mk'],
  ['kk', 'ru'],
  ['lt', 'lv'],
  ['es', 'pt'],
  ['ar', 'fa'],
  ['zh', 'ja'],
];
const withKin = (codes: readonly string[]): ReadonlySet<string> =>
  new Set([...codes, ...KIN.filter((kin) => kin.some((code) => codes.includes(code))).flat()]);
