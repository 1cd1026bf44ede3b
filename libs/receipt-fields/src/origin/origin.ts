import { COUNTRIES, type Country } from '../lexicon/countries.ts';
import type { Row } from '../page/rows.ts';
import { phraseTables } from '../words/phrase-set.ts';
import type { Marks } from './currency.ts';
import { countriesOf, type LanguageEvidence, OF_ONE_COUNTRY } from './language.ts';

/** Where a receipt is from, by the words on it. */
export interface Origin {
  readonly country: Country | null;
  /** How much speaks for it. */
  readonly weight: number;
  /** Rows that hold a cue of the country. */
  readonly rows: readonly Row[];
}

const cuesIn = phraseTables(COUNTRIES.map(({ cues }) => cues));
const placesIn = phraseTables(COUNTRIES.map(({ places }) => places));
/** Streets, dishes and brands are named after places. */
const PLACE = 0.6;
/** Numbers of taxes and dialling codes are made to tell countries apart. */
const SHAPE = 1.5;
/** A currency of one country alone, and a language that is spoken in one above all. */
const MARK = 1.5;
const LANGUAGE = 0.5;

/** How many countries have a currency: a mark speaks for one country only if it is its own. */
const SHARED: ReadonlyMap<string, number> = new Map(
  [...Map.groupBy(COUNTRIES, ({ currency }) => currency)].map(([currency, list]) => [currency, list.length]),
);

/**
 * The country that most speaks for: names of its taxes, registers and company forms, the shapes of its numbers, its
 * places, a currency that is its alone, its language. Null if nothing does.
 */
export function originOf(rows: readonly Row[], marks: Marks, language: LanguageEvidence | null): Origin {
  const found = rows.map(({ folded }) => ({ cues: cuesIn(folded), places: placesIn(folded) }));
  const own = new Set(
    marks.flatMap(({ currencies: [code = '', ...others] }) =>
      others.length === 0 && SHARED.get(code) === 1 ? [code] : [],
    ),
  );
  const spoken = countriesOf(language?.code);
  let best: Origin = { country: null, weight: 0, rows: [] };
  COUNTRIES.forEach((country, place) => {
    let weight = (own.has(country.currency) ? MARK : 0) + (spoken.has(country.code) ? LANGUAGE : 0);
    const hits = rows.filter(({ text }, at) => {
      if (country.shape?.test(text)) weight += SHAPE;
      else if (found[at]?.cues.has(place)) weight += 1;
      else if (found[at]?.places.has(place)) weight += PLACE;
      else return false;
      return true;
    });
    if (weight > best.weight) best = { country, weight, rows: hits };
  });
  const letters = best.rows.length === 0 && language !== null && OF_ONE_COUNTRY.has(language.code);
  return letters && spoken.has(best.country?.code ?? '')
    ? { ...best, rows: language.rows.slice(0, 1) }
    : best;
}

/** How likely the receipt is from there: each row with a cue makes it likelier, and none makes it sure. */
export const originEvidence = ({ weight }: Origin): number => weight / (weight + 0.5);
