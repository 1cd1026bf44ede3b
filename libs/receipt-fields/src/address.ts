import { type HeaderTraits, isAddressLike, traitsOf } from './header.ts';
import type { Row } from './rows.ts';

/** An address and the rows it is in. */
export interface AddressEvidence {
  readonly value: string;
  readonly evidence: number;
  readonly rows: readonly Row[];
}

/** The address begins within this many rows after the name, and is no longer than so many rows. */
const SEARCH_ROWS = 9;
const MOST_ROWS = 7;

/**
 * Gathers the rows of the address after the merchant's name: from the first that reads like an address to the first
 * that is something else. Once a postal code was read, only rows that are plainly still address go on.
 */
export function findAddress(rows: readonly Row[], after: number): AddressEvidence | null {
  let start = -1;
  for (let at = after + 1; at < Math.min(rows.length, after + 1 + SEARCH_ROWS); at++) {
    const traits = traitsOf(rows[at]!.text);
    if (isStart(traits, rows[at]!.text)) {
      start = at;
      break;
    }
  }
  if (start < 0) return null;
  const taken: Row[] = [];
  let coded = false;
  for (const row of rows.slice(start, start + MOST_ROWS)) {
    const text = withoutContact(row.text);
    const traits = traitsOf(text);
    if (taken.length > 0 && isEnd(traits, text, coded)) break;
    taken.push(row);
    coded ||= traits.postalCode;
    if (text !== row.text) break;
  }
  const value = taken
    .map(({ text }) => withoutContact(text))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (value === '') return null;
  return {
    value,
    evidence: 0.45 + (coded ? 0.25 : 0) + (taken.length > 1 ? 0.1 : 0) + (start - after <= 2 ? 0.1 : 0),
    rows: taken,
  };
}

function isStart(traits: HeaderTraits, text: string): boolean {
  if (traits.letters < 4 || traits.contact) return false;
  const strong = traits.street || traits.houseNumber;
  if (traits.label || (traits.registration && !traits.street))
    return traits.street && /^\W{0,2}(?:no|lot|unit|jalan|jln)\b/iu.test(text) && !traits.registration;
  return strong || (traits.postalCode && traits.letters >= 6);
}

function isEnd(traits: HeaderTraits, text: string, coded: boolean): boolean {
  if (traits.contact || traits.registration || traits.letters < 2)
    return !(traits.postalCode && traits.letters >= 4 && !traits.registration && !traits.contact);
  if (/^\W{0,2}\(.{1,40}\)\W{0,2}$/u.test(text) && !traits.street && !traits.place) return true;
  if (traits.label && !(traits.street || traits.postalCode)) return true;
  return coded && !isAddressLike(traits);
}

/** Cuts a phone or fax number that shares the row with the end of the address. */
function withoutContact(text: string): string {
  return (
    text
      .replace(/\s*[([]?\b(?:tel|telp|telephone|phone|fax|h\/p|hp)\b\s?(?:no)?\W{0,4}[\d+(].{0,60}$/iu, '')
      .trim() || text
  );
}
