import { createHash } from 'node:crypto';
import { InvalidCursorError } from './errors.ts';

/** Where a walk through a list goes on: after this entry, past so many matches more. */
export interface Position {
  /** What the list is ordered by, of the last entry that was looked at: the sort's value (if any) and the ids. */
  readonly after: readonly (string | number)[];
  /** Matches to leave out from there: of a search whose page was not reached yet. */
  readonly skip: number;
}

/** Tells one list from another one: whose it is, how it is ordered and what is left out. */
const fingerprint = (list: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12);

/** A position in a list as text. `list` is all that makes it this list. */
export const encodeCursor = (list: readonly unknown[], { after, skip }: Position): string =>
  Buffer.from(JSON.stringify([fingerprint(list), skip, ...after])).toString('base64url');

/**
 * The position that a cursor of this list names. `types` are those of `after`.
 *
 * @throws InvalidCursorError if it is not a cursor, or is of another list.
 */
export function decodeCursor(
  list: readonly unknown[],
  cursor: string,
  types: readonly ('string' | 'number')[],
): Position {
  const refused = new InvalidCursorError('The cursor is none of this list: begin again without it');
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (cause) {
    refused.cause = cause;
    throw refused;
  }
  if (!Array.isArray(parts) || parts[0] !== fingerprint(list)) throw refused;
  const [, skip, ...after] = parts;
  const fits =
    Number.isSafeInteger(skip) &&
    skip >= 0 &&
    after.length === types.length &&
    types.every((type, index) => typeof after[index] === type);
  if (!fits) throw refused;
  return { after, skip };
}
