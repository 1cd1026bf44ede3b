import { z } from 'zod';
import { confidenceSchema } from './ocr-result/page.ts';
import { discountSchema, receiptItemSchema, taxSchema } from './ocr-result/receipt.ts';

const id = z.number().int().positive();
const probability = confidenceSchema.meta({
  description: 'That this is what the receipt says, 0 to 1: see docs/comparison.md',
});

/** Which execution says it, and how sure it is, if it says so. */
const saidBy = z.object({
  executionId: id,
  ocrProvider: z.string(),
  confidence: confidenceSchema.exactOptional(),
});

/** An equation that holds, or does not, between what the providers say together. */
const check = z.object({
  code: z.enum(['subtotal_plus_tax', 'items_add_up']),
  passed: z.boolean(),
  equation: z.string().meta({ example: '80.99 + 4.86 = 85.85' }),
});

const evidence = {
  probability,
  providers: z.array(z.string()).meta({ description: 'Who says so' }),
  checks: z.array(check).meta({ description: 'What it was held against' }),
};

const fieldComparisonSchema = z
  .object({
    name: z.string().meta({ example: 'total' }),
    title: z.string().meta({ example: 'Total' }),
    differs: z.boolean().meta({ description: 'Whether there is more than one value' }),
    values: z
      .array(
        z.object({
          value: z.string(),
          probability,
          by: z.array(saidBy.extend({ value: z.string().meta({ description: 'As this one writes it' }) })),
        }),
      )
      .meta({ description: 'The most probable first' }),
    consensus: z
      .object({ value: z.string(), ...evidence })
      .nullable()
      .meta({ description: 'Null if no value is more probable than not' }),
  })
  .meta({ id: 'FieldComparison' });

const item = receiptItemSchema.pick({ description: true, quantity: true, unitPrice: true, amount: true });

const itemsComparisonSchema = z
  .object({
    differs: z.boolean().meta({ description: 'Whether there is more than one list of amounts' }),
    lists: z
      .array(
        z.object({
          items: z.number().int().nonnegative(),
          sum: z.string().nullable().meta({ description: 'Null if an amount is not known' }),
          probability,
          by: z.array(saidBy),
          lacks: z.array(item).meta({ description: 'Items of the first list that this one has not' }),
          adds: z.array(item).meta({ description: 'Items that the first list has not' }),
        }),
      )
      .meta({ description: 'The most probable first' }),
    consensus: z.object({ items: z.array(item), ...evidence }).nullable(),
  })
  .meta({ id: 'ItemsComparison' });

/** Lists of what a receipt may have several of; `entry`: as it is shown. */
const listComparison = <Entry extends z.ZodType>(entry: Entry) =>
  z.object({
    differs: z.boolean().meta({ description: 'Whether there is more than one list of amounts' }),
    lists: z
      .array(
        z.object({
          entries: z.number().int().nonnegative(),
          sum: z.string().nullable().meta({ description: 'Null if an amount is not known' }),
          probability,
          by: z.array(saidBy),
          lacks: z.array(entry).meta({ description: 'Entries of the first list that this one has not' }),
          adds: z.array(entry).meta({ description: 'Entries that the first list has not' }),
        }),
      )
      .meta({ description: 'The most probable first' }),
    consensus: z
      .object({ entries: z.array(entry), probability, providers: evidence.providers })
      .nullable()
      .meta({ description: 'Null if no list is more probable than not' }),
  });
const place = { confidence: true, lines: true, box: true } as const;
const taxesComparisonSchema = listComparison(taxSchema.omit(place)).meta({ id: 'TaxesComparison' });
const discountsComparisonSchema = listComparison(discountSchema.omit(place)).meta({
  id: 'DiscountsComparison',
});

export const receiptComparisonSchema = z
  .object({
    fields: z
      .array(fieldComparisonSchema)
      .meta({ description: 'Each field that at least one of them knows' }),
    items: itemsComparisonSchema.nullable().meta({ description: 'Null if none of them has any' }),
    taxes: taxesComparisonSchema.nullable().meta({ description: 'Null if none of them has any' }),
    discounts: discountsComparisonSchema.nullable().meta({ description: 'Null if none of them has any' }),
  })
  .meta({ id: 'ReceiptComparison' });
export type ReceiptComparison = z.infer<typeof receiptComparisonSchema>;
export type FieldComparison = z.infer<typeof fieldComparisonSchema>;
export type Check = z.infer<typeof check>;

/** What the providers that have read a file say, side by side. */
export const comparisonSchema = z
  .object({
    jobId: id,
    fileId: id,
    executions: z
      .array(
        z.object({
          id,
          ocrProvider: z.string(),
          model: z.string(),
          receipts: z.number().int().nonnegative().nullable().meta({
            description: 'How many it found; null if its stored result is missing or damaged',
          }),
        }),
      )
      .meta({ description: 'The latest completed one of each provider' }),
    receipts: z.array(receiptComparisonSchema).meta({
      description: 'The first receipt of each, then the second of each, and so on',
    }),
  })
  .meta({ id: 'Comparison' });
export type Comparison = z.infer<typeof comparisonSchema>;
