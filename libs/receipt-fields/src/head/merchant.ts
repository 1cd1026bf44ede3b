import { CONNECTORS, TRADE_WORDS } from '../lexicon/company-forms.ts';
import { OWNERS } from '../lexicon/header-labels.ts';
import type { Row } from '../page/rows.ts';
import { oneApart } from '../words/one-apart.ts';
import { phraseSet } from '../words/phrase-set.ts';
import { skeleton } from '../words/skeleton.ts';
import { type CompanyName, companyName, leadsName } from './company-name.ts';
import { ADDRESS, type HeaderRow, type HeaderTraits, isFact } from './header.ts';
import { sellerOf } from './seller.ts';

/** The name of the shop and the rows it is in. */
export interface MerchantEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
  /** Places of the first and the last of them among the rows. */
  readonly span: readonly [number, number];
}

/** The name stands in one of this many rows. */
const HEADER_ROWS = 14;
const TRADE = phraseSet(TRADE_WORDS);
const LEAD = phraseSet([...TRADE_WORDS, ...CONNECTORS]);
const OWNER = phraseSet(OWNERS);

/**
 * Chooses the row that holds the merchant's name: a legal form ("SDN BHD") tells most, then a word for a trade, then
 * being first and tall. Names broken over two rows are put together.
 */
export function findMerchant(rows: readonly Row[], head: readonly HeaderRow[]): MerchantEvidence | null {
  const seller = sellerOf(rows);
  if (seller) {
    // It says nothing of where the things bought begin.
    return { value: seller.value, evidence: 0.95, rows: [seller.row], span: [-1, -1] };
  }
  const header = head.slice(0, HEADER_ROWS);
  const median = medianHeight(rows);
  const domains = domainsIn(rows);
  const pointsOf = (entry: HeaderRow) => {
    const exact = names(domains, entry.row, true);
    const named = exact ? NAMED_EXACTLY : names(domains, entry.row) ? NAMED_BY_DOMAIN : 0;
    return score(entry, header, median, exact) + named;
  };
  const scored = header
    .filter(({ traits, row }) => traits.letters >= 3 && !PRICED.test(row.text))
    .map((entry) => ({ entry, score: pointsOf(entry) }))
    .sort((a, b) => b.score - a.score || a.entry.at - b.entry.at);
  const [first] = scored;
  if (!first || first.score < UNLIKELY) return null;
  const best = { ...first, entry: brandAbove(rows, header, first.entry) ?? first.entry };
  const span = spanOf(header, best.entry);
  const parts = rows.slice(span[0], span[1] + 1);
  const { name: read } = companyName(withoutOwner(parts.map(({ text }) => text).join(' ')));
  const legal =
    best.entry.traits.company.form || !isDim(best.entry.row) ? null : findLegalName(rows, head, span);
  if (legal && (legal.row.confidence ?? 0) >= CLEAR)
    return { value: legal.value, evidence: 0.7, rows: [legal.row], span };
  const name = asElsewhere(asInDomain(read, domains), parts, rows);
  return name === ''
    ? null
    : { value: name, evidence: Math.min(0.98, 0.55 + best.score * 0.1), rows: parts, span };
}

/** A web or mail address that bears a row's name tells a name from a slogan. */
const NAMED_BY_DOMAIN = 2;
/** … and all of a long name leaves no doubt. */
const NAMED_EXACTLY = 3;
const LONG_NAME = 8;
const DOMAIN = /(?:www\.|https?:\/\/(?:www\.)?|@)(?<name>[a-z\d][a-z\d-]{2,40})\.[a-z]{2}/giu;
const FREE_MAIL: ReadonlySet<string> = new Set(
  'gmail yahoo hotmail outlook icloud live gmx web mail'.split(' '),
);
const lettersOf = (text: string) =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\d]/gu, '');

/** The names in the web and mail addresses of a receipt, without their marks. */
const domainsIn = (rows: readonly Row[]): ReadonlySet<string> =>
  new Set(
    rows.flatMap(({ text }) =>
      [...text.matchAll(DOMAIN)].flatMap(({ groups }) => {
        const name = lettersOf(groups?.name ?? '');
        return name.length < 4 || FREE_MAIL.has(name) ? [] : [name];
      }),
    ),
  );

const names = (domains: ReadonlySet<string>, { text }: Row, exactly = false): boolean => {
  const name = lettersOf(text);
  if (exactly) return name.length >= LONG_NAME && domains.has(name);
  return (
    name.length >= 4 &&
    [...domains].some(
      (domain) =>
        name === domain || (domain.length >= 5 && name.startsWith(domain)) || oneApart(name, domain),
    )
  );
};

/** A name with one letter unlike its own domain was misread: logos are. */
function asInDomain(name: string, domains: ReadonlySet<string>): string {
  const read = lettersOf(name);
  const right = [...domains].find(
    (domain) => domain.length === read.length && domain !== read && oneApart(read, domain),
  );
  return right === undefined || name.length !== right.length ? name : inCaseOf(name, right);
}

/** A dim name of one word with one letter unlike a word that is clearer elsewhere was misread. */
function asElsewhere(name: string, parts: readonly Row[], rows: readonly Row[]): string {
  const read = lettersOf(name);
  if (read.length < 4 || /\s/.test(name) || parts.every((row) => (row.confidence ?? 1) >= DIM_NAME))
    return name;
  const right = [...rows.slice(0, HEADER_ROWS), ...rows.slice(-FOOTER_ROWS)]
    .filter((row) => (row.confidence ?? 0) >= CLEAR && !PRICED.test(row.text))
    .flatMap(({ text }) => text.split(' '))
    .map(lettersOf)
    .find((word) => word.length === read.length && (word === read || oneApart(word, read)));
  return right === undefined || right === read ? name : inCaseOf(name, right);
}

function inCaseOf(name: string, right: string): string {
  return name === name.toLowerCase()
    ? right
    : name.charAt(1) === name.charAt(1).toUpperCase() || name.length < 5
      ? right.toUpperCase()
      : right.charAt(0).toUpperCase() + right.slice(1);
}

function score(
  { row, at, traits }: HeaderRow,
  header: readonly HeaderRow[],
  median: number,
  named: boolean,
): number {
  const facts = header.findIndex((other) => other.at > 0 && endsNames(other.traits));
  const { company } = traits;
  let points = 2 - at * 0.3;
  if (company.form) points += 4;
  else if (TRADE.in(row.folded)) points += 1.5;
  if (company.form ? traits.contact : isFact(traits)) points -= 4;
  if (!company.form && traits.address >= ADDRESS) points -= traits.address >= 4 ? 3 : 1.5;
  // A name typed by hand over the scan, or a scribble; tills print capitals.
  if (!/[\p{Lu}\p{Lo}]/u.test(row.text)) points -= 1;
  if (facts >= 0 && at > facts && !named) points -= company.form ? 1 : 2;
  if (facts >= 0 && at > facts && isOwner(header, at)) points -= 4;
  // What the engine could hardly read is a logo, or show-through from the back.
  if (row.confidence !== null) points -= 4 * Math.max(0, DIM - row.confidence);
  return points + Math.min(1, Math.max(0, row.height / median - 1));
}
const DIM = 0.85;
/** A name read with less may have a wrong letter, and a row read with as much as this has none. */
const DIM_NAME = 0.92;
const CLEAR = 0.95;
const isDim = ({ confidence }: Row): boolean => (confidence ?? 1) < DIM;
/** Of a row read with less nothing is right. */
const UNREAD = 0.7;

/** A row that ends in a price names a thing. */
const PRICED = /\d[.,]\d\d\s?\p{L}?$|[¥￥₩]\s?\d[\d,]{0,9}$|\d\s?[円元원]$/u;

/** A row with so few points is a price, a phone number or a date. */
const UNLIKELY = -1;

/** How much taller a brand is printed than the company's name below it. */
/** Whether a name stands on the receipt again. */
const mentioned = (rows: readonly Row[], row: Row): boolean =>
  rows.some((other) => other !== row && lettersOf(other.text).includes(lettersOf(row.text)));

const TALLER = 1.1;
const MUCH_TALLER = 1.35;

/** The brand in the row above the company's name, if it is printed larger. */
function brandAbove(
  rows: readonly Row[],
  header: readonly HeaderRow[],
  { row, at, traits }: HeaderRow,
): HeaderRow | undefined {
  const above = header[at - 1];
  if (!above || !traits.company.form || above.traits.company.form || !isName(above.traits)) return undefined;
  if (needsLead(row, traits.company) || above.row.height < TALLER * row.height) return undefined;
  const own = skeleton(traits.company.stem).split(' ');
  const shared = above.row.folded.split(' ').some((word) => word.length >= 4 && own.includes(word));
  const brand =
    above.row.height >= MUCH_TALLER * row.height &&
    /^\P{N}{3,32}$/u.test(above.row.text) &&
    words(above.row.text) <= 4;
  return shared || (brand && mentioned(rows, above.row)) ? above : undefined;
}

/** The company's name, if a row has one that is not the merchant's: near the top, or else at the end. */
export function findLegalName(
  rows: readonly Row[],
  head: readonly HeaderRow[],
  span: readonly [number, number],
): { readonly value: string; readonly row: Row } | null {
  const inHead = head.find(
    ({ at, traits, row }) =>
      (at < span[0] || at > span[1]) &&
      (row.confidence ?? 1) >= UNREAD &&
      traits.company.form &&
      !traits.contact &&
      words(traits.company.stem) > 0,
  );
  if (inHead) return { value: inHead.traits.company.name, row: inHead.row };
  for (const row of rows.slice(-FOOTER_ROWS)) {
    const company = companyName(row.text);
    if (
      company.form &&
      (row.confidence ?? 1) >= UNREAD &&
      words(company.stem) > 0 &&
      words(company.stem) <= MOST_WORDS &&
      !/\d[.,]\d\d/.test(row.text)
    )
      return { value: company.name.replace(/[,;]$/, ''), row };
  }
  return null;
}
const FOOTER_ROWS = 12;
const MOST_WORDS = 6;

/** An address, a registration or a contact: names come before these. */
function endsNames({ registration, contact, address }: HeaderTraits): boolean {
  return registration || contact || address >= 3;
}

/** "OWNED BY", on the row or alone on the one before it: below the address, a company behind the shop. */
function isOwner(header: readonly HeaderRow[], at: number): boolean {
  return [header[at], header[at - 1]].some(
    (entry) => entry !== undefined && at > 0 && OWNER.in(entry.row.folded),
  );
}

/** "Owned by: ACME RETAIL SDN BHD" names ACME RETAIL SDN BHD. */
function withoutOwner(text: string): string {
  const [lead = '', rest = ''] = text.split(/(?<=^\W{0,3}\p{L}{3,10}(?: \p{L}{2,6})? ?:)/u);
  return OWNER.in(skeleton(lead)) && rest.trim() !== '' ? rest : text;
}

/** Places of the first and the last row of the name. */
function spanOf(header: readonly HeaderRow[], { row, at, traits: { company } }: HeaderRow): [number, number] {
  const [previous, next] = [header[at - 1], header[at + 1]];
  if (
    previous &&
    company.form &&
    !previous.traits.company.form &&
    isName(previous.traits) &&
    needsLead(row, company)
  )
    return [at - 1, at];
  if (
    next &&
    !company.form &&
    next.traits.company.form &&
    words(next.traits.company.stem) <= 1 &&
    next.traits.letters < 16
  )
    return [at, at + 1];
  if (next && !company.form && isName(next.traits) && onlyLeads(next.row.folded)) return [at, at + 1];
  return [at, at];
}

/** Whether a row with a legal form is but the end of a name: "SDN BHD", "& CO LTD", "TRADING SDN BHD". */
function needsLead(row: Row, { stem }: CompanyName): boolean {
  if (leadsName(row.text)) return false;
  if (/^[^\p{L}\d]*(?:&|and\b|co\b|\(?m\)|\()/iu.test(row.text)) return true;
  return onlyLeads(skeleton(stem));
}

/** One or two words that only go with a name: "TRADING", "AND SONS". */
function onlyLeads(folded: string): boolean {
  const count = folded === '' ? 0 : folded.split(' ').length;
  return count <= 2 && LEAD.count(folded) >= count;
}

const words = (text: string) => text.match(/\p{L}{2,}/gu)?.length ?? 0;

function isName(traits: HeaderTraits): boolean {
  return traits.letters >= 3 && !isFact(traits) && traits.address < ADDRESS;
}

function medianHeight(rows: readonly Row[]): number {
  const heights = rows.map(({ height }) => height).sort((a, b) => a - b);
  return Math.max(1, heights[heights.length >> 1] ?? 1);
}
