import type { Receipt, ReceiptFieldName, RecognisedReceipt } from '@inkstream/contracts';
import { receiptSchema, saysSomething } from '@inkstream/contracts';

/** The receipts that were found on a page. The `lines` of their fields are indices into its lines. */
export interface PageReceipts {
  /** From 1. */
  readonly number: number;
  /** How many lines it has. */
  readonly lines: number;
  readonly receipts: readonly RecognisedReceipt[];
}

/** What stands at the end of a receipt: of several pages the last one that has it counts. Of all else the first one. */
const AT_THE_END: ReadonlySet<string> = new Set<ReceiptFieldName | 'taxes'>([
  'subtotal',
  'tax',
  'taxes',
  'total',
  'paymentMethod',
  'tip',
  'serviceCharge',
  'rounding',
  'paid',
  'change',
  'cardLast4',
]);
/** What is on every page of a receipt if it is on several. */
const THE_SAME: readonly ReceiptFieldName[] = [
  'merchant',
  'taxId',
  'date',
  'time',
  'currency',
  'receiptNumber',
];

const wordsOf = (value: string | undefined): string =>
  (value ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Whether a page says less than another, and nothing else: a time without seconds, a name without what follows it. */
const agree = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/**
 * Whether what a page says goes on with the receipt of the page before: it contradicts nothing that is the same
 * throughout a receipt, and not both are whole, with a head and a total of their own.
 */
function goesOn(before: Receipt, next: Receipt): boolean {
  const said = (receipt: Receipt, name: ReceiptFieldName) => wordsOf(receipt[name]?.value);
  if (!THE_SAME.every((name) => agree(said(before, name), said(next, name)))) return false;
  const [number, nextNumber] = [said(before, 'receiptNumber'), said(next, 'receiptNumber')];
  if (number && nextNumber) return number === nextNumber;
  const isWhole = ({ merchant, total }: Receipt) => merchant !== null && total !== null;
  return !(before.total !== null && isWhole(next));
}

/** The same receipt, its lines counted through all pages: a page's first line is `offset` there. */
function counted(receipt: RecognisedReceipt, page: number, offset: number): Receipt {
  const shift = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shift);
    if (typeof value !== 'object' || value === null) return value;
    const { lines, ...rest }: Record<string, unknown> = { ...value };
    if (!Array.isArray(lines)) return { ...value };
    return { ...rest, lines: lines.map((line) => Number(line) + offset) };
  };
  const { pages: _, region, ...fields } = receipt;
  const shifted = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, shift(value)]));
  return receiptSchema.parse({ ...shifted, pages: [page], ...(region && { region }) });
}

/** One receipt of both: head from the first that has it, sums from the last, items and discounts in order. */
function joined(before: Receipt, next: Receipt): Receipt {
  const known = (receipt: Receipt) => Object.entries(receipt).filter(([, value]) => value !== null);
  const late = known(next).filter(([name]) => AT_THE_END.has(name));
  const discounts = [...(before.discounts ?? []), ...(next.discounts ?? [])];
  return receiptSchema.parse({
    ...Object.fromEntries([...known(next), ...known(before), ...late]),
    pages: [...new Set([...before.pages, ...next.pages])],
    ...(before.region && { region: before.region }),
    items: [...before.items, ...next.items],
    ...(discounts.length > 0 && { discounts }),
  });
}

/**
 * The receipts of a document whose pages were read one by one, in order. One that begins on a page and goes on at the
 * top of the next is one receipt. Those of which nothing is known are left out.
 *
 * @throws z.ZodError if a receipt is not in the shape that the schema wants.
 */
export function mergeReceipts(pages: readonly PageReceipts[]): Receipt[] {
  const merged: Receipt[] = [];
  let offset = 0;
  for (const { number, lines, receipts } of pages) {
    const found = receipts.map((receipt) => counted(receipt, number, offset)).filter(saysSomething);
    for (const [at, receipt] of found.entries()) {
      const before = merged.at(-1);
      if (before && at === 0 && goesOn(before, receipt)) merged[merged.length - 1] = joined(before, receipt);
      else merged.push(receipt);
    }
    offset += lines;
  }
  return merged;
}
