import type { Receipt, ReceiptFieldName } from '@inkstream/contracts';

const wordsOf = (value: string | undefined): string =>
  (value ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Whether both say something else: not less, as a time without seconds does. */
function contradict(before: Receipt, next: Receipt, name: ReceiptFieldName): boolean {
  const [a, b] = [wordsOf(before[name]?.value), wordsOf(next[name]?.value)];
  return !a.startsWith(b) && !b.startsWith(a);
}

/** A total that no label names and no sum confirms is less sure. */
const LABELLED = 0.5;
const NAMED: readonly ReceiptFieldName[] = ['address', 'legalName', 'phone', 'taxId', 'receiptNumber'];

const isNamed = (receipt: Receipt): boolean => NAMED.some((name) => receipt[name]);
/** Whether it says more than what is bought and paid: else it goes on with what is before it. */
const hasHead = (receipt: Receipt): boolean => receipt.date !== null || isNamed(receipt);
/** Whether it has a total that is more than the greatest amount that was found. */
const hasTotal = ({ total }: Receipt): boolean => total !== null && (total.confidence ?? 1) >= LABELLED;
/** Whether it may be a receipt by itself: not a summary of taxes, nor a column of an invoice, beside or below one. */
const standsAlone = (receipt: Receipt, beside: Receipt): boolean =>
  receipt.merchant !== null && (receipt.items.length > 0 || (beside.items.length === 0 && isNamed(receipt)));

/**
 * Whether what was read of lines begins another receipt than the one before them. Both were found by rules, which take
 * the first words of any page for a name: so a receipt has ended once it has a total, and another one has a head and a
 * total that is another, or is of another day. One without a total goes on unless the day changes; a slip of the same
 * total and the same day belongs to it. On one page it says by whom what was sold.
 */
export function begins(before: Receipt, next: Receipt): boolean {
  if (!hasHead(next)) return false;
  const onePage = before.pages.at(-1) === next.pages[0];
  if (onePage && !standsAlone(next, before)) return false;
  const otherDay = contradict(before, next, 'date');
  const [ended, ends] = [hasTotal(before), hasTotal(next)];
  if (ended && ends) return otherDay || contradict(before, next, 'total');
  return otherDay && (ended || ends);
}

/** What is known of a receipt of two pieces. */
export function together(before: Receipt, next: Receipt): Receipt {
  const known = (receipt: Receipt) => Object.entries(receipt).filter(([, value]) => value !== null);
  return {
    ...next,
    ...Object.fromEntries(known(before)),
    pages: next.pages,
    items: [...before.items, ...next.items],
  };
}

/** Whether both list the same things for the same total: the copy for the customer and that for the shop. */
export function isCopy(before: Receipt, next: Receipt): boolean {
  const amounts = ({ items }: Receipt) => items.map(({ amount }) => amount).join(' ');
  const same = before.total !== null && before.total.value === next.total?.value;
  return same && next.items.length > 0 && amounts(before) === amounts(next);
}
