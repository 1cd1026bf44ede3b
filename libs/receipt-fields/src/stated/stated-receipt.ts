import {
  RECEIPT_FIELDS,
  type ReceiptField,
  type ReceiptFieldName,
  type RecognisedReceipt,
  type ResultWarning,
} from '@inkstream/contracts';
import { amountIn, known, numberIn, valueIn } from './values.ts';

/** A text, and how sure a provider is of it and where it is, if it says so. */
type Said = string | null | undefined | Pick<ReceiptField, 'value' | 'confidence' | 'lines' | 'box'>;
type Source = Pick<ReceiptField, 'confidence' | 'lines' | 'box'>;
type Texts<Name extends string> = { readonly [N in Name]?: string | null | undefined } & Source;

/** A receipt in a provider's own words: amounts and dates as it writes them, null or nothing for what it does not know. */
export type StatedReceipt = { readonly [N in ReceiptFieldName]?: Said } & {
  readonly pages?: readonly number[];
  readonly items?: readonly Texts<
    'description' | 'quantity' | 'unitPrice' | 'amount' | 'taxRate' | 'discount'
  >[];
  readonly discounts?: readonly Texts<'description' | 'amount'>[];
  readonly taxes?: readonly Texts<'rate' | 'net' | 'amount'>[];
};

/** The members that are known. */
const without = <T extends object>(entry: T) =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null && value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
const sourceOf = ({ confidence, lines, box }: Source) => without({ confidence, lines, box });

/**
 * The receipt in the form of a result: decimal strings, ISO 8601 and so on. What is said in no such form, or could mean
 * two things ("03/04/2026"), is left out, with a warning that quotes it.
 */
export function statedReceipt(stated: StatedReceipt): {
  readonly receipt: RecognisedReceipt;
  readonly warnings: readonly ResultWarning[];
} {
  const warnings: ResultWarning[] = [];
  const money = known(textOf(stated.currency));
  const currency = money && valueIn('currency', money, null);
  const amount = (text: string | null | undefined) => {
    const said = known(text);
    return said && amountIn(said, currency);
  };
  const number = (text: string | null | undefined) => {
    const said = known(text);
    return said && numberIn(said);
  };
  const fields = RECEIPT_FIELDS.flatMap(({ name, title }) => {
    const said = stated[name];
    const text = known(textOf(said));
    if (text === null) return [];
    const value = valueIn(name, text, currency);
    if (value !== null) return [[name, { value, ...(typeof said === 'object' && said && sourceOf(said)) }]];
    const message = `${title} was answered as ${JSON.stringify(text.slice(0, 100))}, which is no value of it`;
    warnings.push({ code: 'field_not_read', field: name, message });
    return [];
  });
  const items = stated.items?.flatMap((item) => {
    const description = known(item.description);
    const cost = amount(item.amount);
    if (description === null && cost === null) return [];
    return {
      description: description ?? '',
      quantity: number(item.quantity),
      unitPrice: amount(item.unitPrice),
      amount: cost,
      ...without({ taxRate: number(item.taxRate), discount: amount(item.discount) }),
      ...sourceOf(item),
    };
  });
  const discounts = stated.discounts?.flatMap((discount) => {
    const less = amount(discount.amount);
    if (less === null) return [];
    return { ...without({ description: known(discount.description) }), amount: less, ...sourceOf(discount) };
  });
  const taxes = stated.taxes?.flatMap((tax) => {
    const said = without({ rate: number(tax.rate), net: amount(tax.net), amount: amount(tax.amount) });
    return Object.keys(said).length > 0 ? { ...said, ...sourceOf(tax) } : [];
  });
  const lists = {
    ...(stated.pages && { pages: [...stated.pages] }),
    ...(items && { items }),
    ...(discounts?.length && { discounts }),
    ...(taxes?.length && { taxes }),
  };
  return { receipt: { ...Object.fromEntries(fields), ...lists }, warnings };
}

const textOf = (said: Said): string | null | undefined => (typeof said === 'object' ? said?.value : said);
