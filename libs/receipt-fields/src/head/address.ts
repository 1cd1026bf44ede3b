import type { Row } from '../page/rows.ts';
import { cutBefore } from '../words/cut-before.ts';
import { ADDRESS, endsOpen, type HeaderRow, isFact, traitsOf } from './header.ts';

/** An address and the rows it is in. */
export interface AddressEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

/** A row without what cannot belong to an address. */
interface Part extends HeaderRow {
  readonly text: string;
}

/** An address is no longer than so many rows. */
const MOST_ROWS = 8;

/**
 * The block of rows at the top of the receipt that reads most like an address. It begins at a row that plainly is one
 * (and at those before it that lead on to it), and goes on to the first that is something else. After a postal code
 * only rows that are plainly still address go on.
 *
 * @param name places of the first and the last row of the merchant's name
 */
export function findAddress(
  header: readonly HeaderRow[],
  name: readonly [number, number],
): AddressEvidence | null {
  const parts = header.filter(({ at }) => at < name[0] || at > name[1]).map(partOf);
  let best: { block: readonly Part[]; score: number } | null = null;
  for (let at = 0; at < parts.length; ) {
    const block = blockAt(parts, at, name[1]);
    const score = block.length === 0 ? 0 : blockScore(block, name[1]);
    if (score > 0 && (!best || score > best.score)) best = { block, score };
    at += Math.max(1, block.length);
  }
  if (!best) return null;
  const { block } = best;
  const value = block
    .map(({ text }) => text)
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  const coded = block.some(({ traits }) => traits.postalCode);
  return {
    value,
    evidence: Math.min(0.96, 0.4 + best.score * 0.06 + (coded ? 0.2 : 0)),
    rows: block.map(({ row }) => row),
  };
}

/** The part of a row that can belong to an address: cells that say something else are left out. */
function partOf({ row, at, traits }: HeaderRow): Part {
  const text = withoutFacts(row.text);
  const whole = { row, at, text, traits: text === row.text ? traits : traitsOf(text) };
  if (row.lines.length < 2) return whole;
  const cells = row.lines.map((line) => line.text.trim()).filter((cell) => !isFact(traitsOf(cell)));
  if (cells.length === row.lines.length) return whole;
  const kept = withoutFacts(cells.join(' '));
  const part = { row, at, text: kept, traits: traitsOf(kept) };
  return part.traits.address > whole.traits.address && part.traits.address >= ADDRESS ? part : whole;
}

/** The rows of an address that begins at a part, none if none does. */
function blockAt(parts: readonly Part[], start: number, nameEnd: number): Part[] {
  const first = parts[start];
  if (!first) return [];
  if (first.traits.address < ADDRESS && !leadsOn(parts, start, nameEnd)) return [];
  const block = [first];
  let coded = first.traits.postalCode;
  for (let next = start + 1; next < Math.min(parts.length, start + MOST_ROWS); next++) {
    const [before, part, after] = [parts[next - 1], parts[next], parts[next + 1]];
    if (!before || !part || part.at !== before.at + 1) break;
    if (part.traits.address < ADDRESS) {
      const open = endsOpen(before.text) && part.traits.letters >= 3;
      const bridge = !coded && (part.traits.address >= 1 || (after?.traits.address ?? 0) >= ADDRESS);
      if (isFact(part.traits) || !(open || bridge)) break;
    }
    block.push(part);
    coded ||= part.traits.postalCode;
  }
  return block;
}

/** Whether a row after the name that is nothing else ("3RD STOREY EAST WING,") is the beginning of the address. */
function leadsOn(parts: readonly Part[], at: number, nameEnd: number): boolean {
  const [part, next] = [parts[at], parts[at + 1]];
  if (!part || !next || part.at <= nameEnd || next.at !== part.at + 1) return false;
  return !isFact(part.traits) && part.traits.address >= 1 && next.traits.address >= ADDRESS;
}

function blockScore(block: readonly Part[], nameEnd: number): number {
  const sum = block.reduce((total, { traits }) => total + Math.min(4, traits.address), 0);
  const first = block[0]?.at ?? 0;
  return Math.min(9, sum) - (first > nameEnd ? 0.4 * (first - nameEnd - 1) : 3);
}

/** "KELANTAN. 603-1234 5678": a number of nine digits or more that begins as phone numbers do. */
const TRAILING_PHONE = /[\s,.]\(?\+?6?0\d{1,2}\)?[\s-]{1,2}\d{3,4}[\s-]?\d{3,4}\W{0,2}$/u;
const LABELLED_NUMBER =
  /[([]?\b(?:tel|telp|telephone|phone|fax|h\/p|hp|gst|sst|reg)\b\s?(?:no|id|reg)?\W{0,4}[\d+(]/giu;
/** What may follow a labelled number at the end of a row. */
const MOST_AFTER_NUMBER = 80;

/** Cuts off a phone number or a registration that shares the row with the end of the address, or stands before it. */
function withoutFacts(text: string): string {
  const cut = withoutPhone(cutBefore(text, LABELLED_NUMBER, MOST_AFTER_NUMBER)).trim();
  return cut === '' ? text : cut;
}

/** Cuts off a phone number behind words, with the punctuation before it. */
function withoutPhone(text: string): string {
  const before = text.slice(0, TRAILING_PHONE.exec(text)?.index ?? text.length);
  let end = before.length;
  while (/[\s,.]/.test(before.charAt(end - 1))) end--;
  return before === text || !/\p{L}/u.test(before) ? text : before.slice(0, end);
}
