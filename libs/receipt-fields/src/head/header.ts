import { datesIn } from '../date-time/dates.ts';
import { PLACES, POSTAL_CODES, STREET_WORDS, UNIT_WORDS } from '../lexicon/address-words.ts';
import { NOT_A_NAME, REGISTRATION } from '../lexicon/header-labels.ts';
import type { Row } from '../page/rows.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { type CompanyName, companyName } from './company-name.ts';

/** What a text at the top of a receipt looks like. */
export interface HeaderTraits {
  readonly letters: number;
  readonly company: CompanyName;
  /** A postal code: the last part of most addresses. */
  readonly postalCode: boolean;
  /** A country, a state or a great city. */
  readonly place: boolean;
  /** A number by which the merchant is registered. */
  readonly registration: boolean;
  /** A word that names something else: an invoice, a table, a cashier. */
  readonly label: boolean;
  /** A phone number, a web or mail address, a date, or an amount. */
  readonly contact: boolean;
  /** How much it reads like a part of an address: {@link ADDRESS} and more is one. */
  readonly address: number;
}

/** A row at the top of a receipt. */
export interface HeaderRow {
  readonly row: Row;
  /** Place among the rows. */
  readonly at: number;
  readonly traits: HeaderTraits;
}

/** Name and address stand in one of this many rows. */
const HEADER_ROWS = 18;

/** A row that ends in a price: two of them begin the list of things bought. */
const PRICED = /\d[.,]\d\d\s?\p{L}?$|[¥￥₩]\s?\d[\d,]{0,9}$|\d\s?[円元원]$/u;

/** The rows at the top of a receipt: above what was bought. */
export function readHeader(rows: readonly Row[]): HeaderRow[] {
  const priced = rows
    .slice(0, HEADER_ROWS)
    .map(({ text }) => PRICED.test(text) && /\p{L}{2}/u.test(text) && datesIn(text).length === 0);
  const list = priced.findIndex((one, at) => one && priced.slice(at + 1, at + 3).includes(true));
  return rows
    .slice(0, list < 0 ? HEADER_ROWS : list)
    .map((row, at) => ({ row, at, traits: traitsOf(row.text) }));
}

/** An address score of this much or more is an address. */
export const ADDRESS = 2;

const STREET = phraseSet(STREET_WORDS);
const UNIT = phraseSet(UNIT_WORDS);
const PLACE = phraseSet(PLACES);
const LABEL = phraseSet(NOT_A_NAME);
const REGISTERED = phraseSet(REGISTRATION);
/** A registration number alone: "(12345-A)", "001234567-W", "1234567-D", "(CO.NO.: 123456-W)". */
const REGISTRATION_ALONE = /^\W{0,3}(?:[A-Z]{0,3}\s?)?\d{4,12}\s?-?\s?[A-Z]?\W{0,3}(?:\([A-Z]{1,5}\))?$/iu;
const PHONE =
  /^\W{0,3}(?:\+?6?0\d{1,2}|\+\d{2,3})[\s-]{0,3}\d{3,4}[\s-]?\d{3,4}|^\W{0,3}\(\d{3}\)\s?\d{3}-\d{4}|^\W{0,3}\d{3}-\d{3,4}[\s-]?\d{4}\b|^\W{0,3}1[\s-]?[38]00[\s-]/u;
const WEB = /www\.|https?:|\.(?:com|my|de|fr|es|it|nl|ch|at|co\.uk)\b/iu;
const MAIL = /\S@[^\s@][^\s.@]*\.\S/u;
const AMOUNT = /(?<![\d.,])\d{1,5}[.,]\d\d(?![\d.,])|(?<![\d.,\p{L}])\d{1,3}(?:[.,]\d{3})+(?![\d.,\p{Lu}])/u;
/** "12, " or "12-14 " or "12A" before a word. */
const HOUSE_NUMBER = /^\W{0,2}\d{1,5}[A-Z]?(?:\s?[-&,/](?:\s?(?:\d{1,5}[A-Z]?|[A-Z]))?)*\s?[,\-\s]\s?\p{L}/iu;

/** "Denver CO 80202": the state of Colorado is no company. */
const STATE_AND_CODE = /(?<![\p{L}\d])(?:[A-Z]{2}|0[HKR]|[CM]0)\.?,? \d{5}(?:-\d{4})?\W*$/u;
const noCompany = (text: string): CompanyName => ({ name: text, form: false, stem: text });

/** Looks at the text of a row, or of a part of one. */
export function traitsOf(text: string): HeaderTraits {
  const folded = skeleton(text);
  const facts = {
    letters: text.match(/\p{L}/gu)?.length ?? 0,
    company: STATE_AND_CODE.test(text) ? noCompany(text) : companyName(text),
    postalCode: POSTAL_CODES.some((code) => code.test(text)),
    place: PLACE.in(folded),
    registration: REGISTERED.in(folded) || REGISTRATION_ALONE.test(text),
    label: LABEL.in(folded),
    contact: [PHONE, WEB, MAIL, AMOUNT].some((shape) => shape.test(text)) || datesIn(text).length > 0,
  };
  return { ...facts, address: addressScore(text, folded, facts) };
}

/** Points for what addresses hold, less what they do not. */
function addressScore(text: string, folded: string, facts: Omit<HeaderTraits, 'address'>): number {
  let score = 0;
  if (STREET.in(folded)) score += 3;
  score += Math.min(2, UNIT.count(folded)) * 1.25;
  if (facts.postalCode && facts.letters > 2) score += 2;
  if (facts.place) score += 2;
  if (STATE_AND_CODE.test(text)) score += 2;
  if (HOUSE_NUMBER.test(text.slice(0, 60))) score += 1.5;
  if (text.includes(',')) score += 0.5;
  if (endsOpen(text)) score += 0.5;
  if (facts.letters < 2) score -= 3;
  if (facts.label) score -= 4;
  if (facts.registration) score -= 6;
  if (facts.contact) score -= 6;
  if (facts.company.form) score -= 3;
  if (/^\W{0,2}\(.{1,40}\)\W{0,2}$/u.test(text)) score -= 2;
  return score;
}

/** Whether the text ends with a comma or a dash: it goes on in the next row. */
export function endsOpen(text: string): boolean {
  return /[,;&-]\s*$/u.test(text);
}

/** Whether a row is some fact other than a name or an address. */
export function isFact({ registration, label, contact }: HeaderTraits): boolean {
  return registration || label || contact;
}
