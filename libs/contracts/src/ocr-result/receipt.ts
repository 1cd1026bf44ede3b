import { z } from 'zod';
import { boxSchema, confidenceSchema } from './page.ts';

/** Where a value comes from, as far as its provider knows. */
const source = {
  confidence: confidenceSchema.exactOptional(),
  lines: z.array(z.number().int().nonnegative()).exactOptional().meta({
    description: 'Indices into the lines of all pages put one after another',
  }),
  box: boxSchema.exactOptional().meta({ description: 'Its place on the page of its first line' }),
};

/** What a value was checked against (a sum, a format, a list), and whether it passed. */
const check = z.object({ code: z.string(), passed: z.boolean() });

const fieldOf = <Value extends z.ZodType<string>>(value: Value) =>
  z.object({ value, ...source, checks: z.array(check).exactOptional() });
export const receiptFieldSchema = fieldOf(z.string());
export type ReceiptField = z.infer<typeof receiptFieldSchema>;

const decimal = z.string();
/** Version 1 wrote null for what was not known, and clients read it so: these names are always there. */
const orNull = <Value extends z.ZodType>(value: Value) => value.nullable().default(null);
const always = (title: string, description: string) =>
  orNull(receiptFieldSchema).meta({ title, description });
/** Everything later is left out if it is not known. */
const ifKnown = (title: string, description: string) =>
  receiptFieldSchema.exactOptional().meta({ title, description });

/**
 * Every field of a receipt that has one value: the one place that lists them. The schema, its page in OpenAPI, Markdown
 * and the tables of the demo and the tests are made of it. A title is what people see.
 */
const fields = {
  merchant: always('Merchant', 'The brand on the receipt'),
  address: always('Address', "The merchant's, on one line"),
  date: always('Date', 'ISO 8601, such as 2026-11-24'),
  time: always('Time', 'On the 24-hour clock: 18:05 or 18:05:09'),
  currency: always('Currency', 'ISO 4217, such as EUR'),
  subtotal: always('Subtotal', 'An amount: before tax'),
  tax: always('Tax', 'An amount: the sum of all taxes'),
  total: always('Total', 'An amount: what is to be paid; negative for a refund'),
  paymentMethod: always('Payment', 'Such as cash, or the name of a card'),
  legalName: ifKnown('Legal name', "The merchant's, if it is not the brand"),
  phone: ifKnown('Phone', "The merchant's, as printed"),
  taxId: ifKnown('Tax ID', 'The number by which the merchant pays taxes, as printed'),
  receiptNumber: ifKnown('Receipt number', 'As printed'),
  country: ifKnown('Country', 'ISO 3166-1 alpha-2, such as DE'),
  language: ifKnown('Language', 'BCP 47, such as de'),
  tip: ifKnown('Tip', 'An amount'),
  serviceCharge: ifKnown('Service charge', 'An amount'),
  rounding: ifKnown('Rounding', 'An amount: what rounding added to the total; negative if it took away'),
  paid: ifKnown('Paid', 'An amount: what was handed over'),
  change: ifKnown('Change', 'An amount: what was handed back'),
  cardLast4: fieldOf(z.string().regex(/^\d{4}$/, 'must be four digits'))
    .exactOptional()
    .meta({ title: 'Card', description: "The card's last four digits" }),
  kind: fieldOf(z.enum(['purchase', 'refund']))
    .exactOptional()
    .meta({ title: 'Kind', description: 'purchase or refund' }),
};
export type ReceiptFieldName = keyof typeof fields;

/** One thing bought. Numbers are decimal strings ("2", "4.50"). */
export const receiptItemSchema = z.object({
  description: z.string(),
  quantity: orNull(decimal),
  unitPrice: orNull(decimal),
  amount: orNull(decimal),
  taxRate: decimal.exactOptional().meta({ description: 'In percent, such as 6 or 8.25' }),
  discount: decimal.exactOptional(),
  ...source,
});
export type ReceiptItem = z.infer<typeof receiptItemSchema>;

export const discountSchema = z.object({
  description: z.string().exactOptional(),
  amount: decimal,
  ...source,
});
export const taxSchema = z.object({
  rate: decimal.exactOptional().meta({ description: 'In percent, such as 6 or 8.25' }),
  net: decimal.exactOptional().meta({ description: 'What it was taken on' }),
  amount: decimal.exactOptional(),
  ...source,
});

/** The sums that a receipt is held against, by what they say. */
export const RECEIPT_RULES = {
  items_sum_to_subtotal: 'The items, less discounts, are the subtotal, or the total if there is none',
  sums_to_total: 'Subtotal, discounts, taxes, tip and rounding are the total',
  paid_less_change: 'What was paid, less the change, is the total',
  tax_at_rate: 'Each tax is what its rate makes of its net',
} as const;
export type ReceiptRule = keyof typeof RECEIPT_RULES;

/** What a receipt's amounts were held against; rules whose amounts are not on the receipt are left out. */
export const receiptCheckSchema = z.object({
  rule: z.string().meta({ description: `One of ${Object.keys(RECEIPT_RULES).join(', ')}` }),
  holds: z.boolean(),
  difference: decimal.exactOptional().meta({
    description: 'An amount: what is printed less what it should be, if it does not hold',
  }),
});
export type ReceiptCheck = z.infer<typeof receiptCheckSchema>;

export type ReceiptDiscount = z.infer<typeof discountSchema>;
export type ReceiptTax = z.infer<typeof taxSchema>;

/** What a receipt says, and where it is. Amounts are decimal strings with a point ("1234.50"). */
export const receiptSchema = z.object({
  pages: z.array(z.number().int().positive()).meta({ description: 'Numbers of the pages that it is on' }),
  region: boxSchema.exactOptional().meta({ description: 'Its part of the first of them, if not all' }),
  ...fields,
  items: z.array(receiptItemSchema).default([]),
  discounts: z.array(discountSchema).exactOptional(),
  taxes: z.array(taxSchema).exactOptional(),
  checks: z.array(receiptCheckSchema).exactOptional(),
});
export type Receipt = z.infer<typeof receiptSchema>;
/** A receipt as a provider returns it: what it does not know it leaves out, its pages too if they are all pages. */
export type RecognisedReceipt = Partial<z.input<typeof receiptSchema>>;

/** What was found of a receipt: null or nothing for what was not. */
type Found = Pick<Receipt, 'pages' | 'items' | 'discounts' | 'taxes' | 'checks'> & {
  readonly [N in ReceiptFieldName]?: ReceiptField | null;
};

/** The receipt of what was found, each field that was not found null or left out as the schema wants it. */
export function receiptOf(found: Found): Receipt {
  const known = Object.entries(found).filter(([, value]) => value !== null);
  return receiptSchema.parse(Object.fromEntries(known));
}

/** The fields that have one value, in the order to show them in. */
export const RECEIPT_FIELDS = Object.entries(fields).map(([name, schema]) => ({
  name: name as ReceiptFieldName,
  title: schema.meta()?.title ?? name,
  description: schema.meta()?.description ?? '',
  /** Whether it is null, rather than left out, if it is not known. */
  always: schema.safeParse(null).success,
}));

/** The fields of a receipt that are known, with what people call them. */
export const knownFields = (receipt: Receipt) =>
  RECEIPT_FIELDS.flatMap(({ name, title }) => {
    const field: ReceiptField | null | undefined = receipt[name];
    return field ? [{ name, title, field }] : [];
  });

/** Whether anything is known of a receipt: else there is none. */
export const saysSomething = (receipt: Receipt): boolean =>
  knownFields(receipt).length > 0 ||
  [receipt.items, receipt.discounts ?? [], receipt.taxes ?? []].some(({ length }) => length > 0);
