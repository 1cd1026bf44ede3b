import { datesIn } from './dates.ts';
import { moneyIn } from './ledger.ts';
import { PLACES, POSTAL_CODES, STREET_WORDS } from './lexicon/address-words.ts';
import { NOT_A_NAME, REGISTRATION } from './lexicon/header-labels.ts';
import { phraseSet } from './phrase-set.ts';
import { skeleton } from './skeleton.ts';

/** What a row at the top of a receipt looks like. */
export interface HeaderTraits {
  readonly letters: number;
  readonly street: boolean;
  readonly place: boolean;
  readonly postalCode: boolean;
  /** "12, " or "12-14 " or "1320-" before a word: a house or shop number. */
  readonly houseNumber: boolean;
  readonly registration: boolean;
  /** A word that names something else: a phone, an invoice, a date. */
  readonly label: boolean;
  /** A phone number, a web or mail address, a date, or an amount. */
  readonly contact: boolean;
}

const STREET = phraseSet(STREET_WORDS);
const PLACE = phraseSet(PLACES);
const LABEL = phraseSet(NOT_A_NAME);
const REGISTERED = phraseSet(REGISTRATION);
/** A registration number alone: "(81109-A)", "002043319-W", "1241045-D", "(CO.NO.: 123769-W)". */
const REGISTRATION_ALONE = /^\W{0,3}(?:[A-Z]{0,3}\s?)?\d{4,12}\s?-?\s?[A-Z]?\W{0,3}(?:\([A-Z]{1,5}\))?$/iu;
const PHONE =
  /^\W{0,3}(?:\+?6?0\d{1,2}|\+\d{2,3})[\s-]{0,3}\d{3,4}[\s-]?\d{3,4}|^\W{0,3}\(\d{3}\)\s?\d{3}-\d{4}|^\W{0,3}\d{3}-\d{3,4}[\s-]?\d{4}\b|^\W{0,3}1[\s-]?[38]00[\s-]/u;
const WEB = /www\.|https?:|\.com\b|\.my\b|\S@\S{1,60}\.\S|\.(?:de|fr|es|it|nl|ch|at|co\.uk)\b/iu;

/** Looks at one row. */
export function traitsOf(text: string): HeaderTraits {
  const folded = skeleton(text);
  return {
    letters: text.match(/\p{L}/gu)?.length ?? 0,
    street: STREET.in(folded),
    place: PLACE.in(folded),
    postalCode: POSTAL_CODES.some((code) => code.test(text)),
    houseNumber: /^\W{0,2}\d{1,5}[A-Z]?(?:\s?[-&,/]\s?\d{0,5}[A-Z]?)*\s?[,\-\s]\s?\p{L}/iu.test(
      text.slice(0, 60),
    ),
    registration: REGISTERED.in(folded) || REGISTRATION_ALONE.test(text),
    label: LABEL.in(folded),
    contact:
      PHONE.test(text) ||
      WEB.test(text) ||
      datesIn(text).length > 0 ||
      moneyIn(text, { decimal: '.', minorDigits: 2 }).length > 0,
  };
}

/** Whether a row reads like a part of an address. */
export function isAddressLike(traits: HeaderTraits): boolean {
  return traits.street || traits.postalCode || traits.place || traits.houseNumber;
}
