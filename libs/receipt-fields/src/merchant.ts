import { companyName } from './company-name.ts';
import { type HeaderTraits, isAddressLike, traitsOf } from './header.ts';
import { TRADE_WORDS } from './lexicon/company-forms.ts';
import { phraseSet } from './phrase-set.ts';
import type { Row } from './rows.ts';
import { skeleton } from './skeleton.ts';

/** The name of the shop and the rows it is in. */
export interface MerchantEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
  /** Place of the last of them among the rows. */
  readonly end: number;
}

/** The name stands in one of this many rows. */
const HEADER_ROWS = 14;
const TRADE = phraseSet(TRADE_WORDS);

/**
 * Chooses the row that holds the merchant's name: a legal form ("SDN BHD") tells most, then a word for a trade, then
 * being first and tall. Names broken over two rows are put together.
 */
export function findMerchant(rows: readonly Row[]): MerchantEvidence | null {
  const header = rows
    .slice(0, HEADER_ROWS)
    .map((row, at) => ({ row, at, traits: traitsOf(row.text), company: companyName(row.text) }));
  const firstFact = header.findIndex(({ traits }, at) => at > 0 && isFact(traits));
  const median = medianHeight(rows);
  let best: { at: number; score: number } | null = null;
  for (const { row, at, traits, company } of header) {
    if (traits.letters < 3) continue;
    let score = 2 - at * 0.3;
    if (company.form) score += 4;
    else if (TRADE.in(row.folded)) score += 1.5;
    if (isBarred(traits, company.form)) score -= 4;
    if (isAddressLike(traits) && !company.form) score -= traits.houseNumber || traits.postalCode ? 3 : 1;
    if (firstFact >= 0 && at > firstFact && isFact(header[firstFact]!.traits)) score -= company.form ? 1 : 2;
    score += Math.min(1, Math.max(0, row.height / median - 1));
    if (!best || score > best.score) best = { at, score };
  }
  if (!best) return null;
  const [from, to] = span(header, best.at);
  const parts = rows.slice(from, to + 1);
  const value = companyName(parts.map(({ text }) => text.trim()).join(' ')).name;
  return value === ''
    ? null
    : { value, evidence: Math.min(0.97, 0.5 + best.score * 0.08), rows: parts, end: to };
}

/** An address, a registration or a contact: names come before these. */
function isFact(traits: HeaderTraits): boolean {
  return traits.registration || traits.contact || traits.houseNumber || (traits.street && traits.postalCode);
}

function isBarred(traits: HeaderTraits, form: boolean): boolean {
  return form ? traits.contact : traits.label || traits.contact || traits.registration;
}

/** From the first to the last row of the name. */
function span(
  header: readonly { row: Row; traits: HeaderTraits; company: ReturnType<typeof companyName> }[],
  at: number,
): [number, number] {
  const { row, company } = header[at]!;
  const previous = header[at - 1];
  const next = header[at + 1];
  if (previous && company.form && !previous.company.form && isName(previous)) {
    const before = skeleton(company.name.slice(0, company.name.length));
    const lead =
      /^\W*(?:&|and\b|co\b|\(?m\)|\()/iu.test(row.text) ||
      company.words === 0 ||
      (company.words <= 2 && TRADE.count(beforeForm(before)) >= company.words);
    if (lead) return [at - 1, at];
  }
  if (next && !company.form && next.company.form && next.company.words <= 1 && next.traits.letters < 16)
    return [at, at + 1];
  return [at, at];
}

function isName({ traits }: { traits: HeaderTraits }): boolean {
  return (
    traits.letters >= 3 && !traits.label && !traits.contact && !traits.registration && !traits.houseNumber
  );
}

/** The folded words before the legal form, which is one or two words long. */
function beforeForm(folded: string): string {
  return folded.replace(/ ?(?:son bho|s b|\S+)$/u, '');
}

function medianHeight(rows: readonly Row[]): number {
  const heights = rows.map(({ height }) => height).sort((a, b) => a - b);
  return Math.max(1, heights[heights.length >> 1] ?? 1);
}
