import type { Row } from '../page/rows.ts';

const FROM = /^From ?: ?/u;
const FIELD = /^(?:From|To|Cc|Date|Sent|Subject|Reply-To) ?:/u;
/** A mail's head has at least so many rows; "Date:" alone begins receipts, too. */
const FEWEST = 2;

/**
 * How many rows at the top are the head of a mail that is shown as a page: its sender, date and subject say how the
 * receipt came, not what is on it. 0 if there is none.
 */
export function mailHeadOf(rows: readonly Row[]): number {
  if (!FROM.test(rows[0]?.text ?? '')) return 0;
  const end = rows.findIndex(({ text }) => !FIELD.test(text));
  const length = end < 0 ? rows.length : end;
  return length < FEWEST ? 0 : length;
}

/** The name of a mail's sender, and its row: null if the mail says but an address. */
export function senderIn(head: readonly Row[]): { readonly value: string; readonly row: Row } | null {
  const [row] = head;
  const [value = ''] = row?.text.replace(FROM, '').split(/[<‹(]/u) ?? [];
  const name = value.replaceAll(/["']/gu, '').trim();
  return row && /\p{L}{2}/u.test(name) && !name.includes('@') ? { value: name, row } : null;
}
