import { knownFields, type OcrResult, type Receipt } from '@inkstream/contracts';

/** Values by where they are: `total`, `items[0].amount`. */
export type Fields = Readonly<Record<string, string>>;

const ITEM_FIELDS = ['description', 'quantity', 'unitPrice', 'amount', 'taxRate', 'discount'] as const;
const TAX_FIELDS = ['rate', 'net', 'amount'] as const;
const DISCOUNT_FIELDS = ['description', 'amount'] as const;

/** What each entry of a list says of these. */
const listed = <Name extends string>(
  list: string,
  entries: readonly { readonly [N in Name]?: string | null }[],
  names: readonly Name[],
): [string, string][] =>
  entries.flatMap((entry, at) =>
    names.flatMap((name): [string, string][] => {
      const value = entry[name];
      return value ? [[`${list}[${at}].${name}`, value]] : [];
    }),
  );

const fieldsOfReceipt = (receipt: Receipt): [string, string][] => [
  ...knownFields(receipt).map(({ name, field }): [string, string] => [name, field.value]),
  ...listed('items', receipt.items, ITEM_FIELDS),
  ...listed('taxes', receipt.taxes ?? [], TAX_FIELDS),
  ...listed('discounts', receipt.discounts ?? [], DISCOUNT_FIELDS),
];

/** The values of all receipts of a result, without places and confidences; those of a second one begin with `2: `. */
export const fieldsOf = ({ receipts }: OcrResult): Fields =>
  Object.fromEntries(
    receipts.flatMap((receipt, at) =>
      fieldsOfReceipt(receipt).map(([name, value]) => [at === 0 ? name : `${at + 1}: ${name}`, value]),
    ),
  );

export interface Difference {
  readonly field: string;
  /** Null: it was not there. */
  readonly before: string | null;
  readonly now: string | null;
}

/** The fields whose values differ. */
export const differences = (before: Fields, now: Fields): Difference[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((field) => {
    const pair = { before: before[field] ?? null, now: now[field] ?? null };
    return pair.before === pair.now ? [] : [{ field, ...pair }];
  });
