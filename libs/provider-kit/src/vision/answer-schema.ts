import { RECEIPT_FIELDS } from '@inkstream/contracts';
import { z } from 'zod';

/** A text, or null. Some models leave out what they do not know, texts and lists, though the schema asks for them. */
const text = (description: string) => z.string().nullish().meta({ description });
const amount = (of: string) => text(`${of}: an amount such as 1234.50`);

const fields = Object.fromEntries(
  RECEIPT_FIELDS.map(({ name, description }) => [name, text(description)]),
) as Record<(typeof RECEIPT_FIELDS)[number]['name'], ReturnType<typeof text>>;

const list = <Entry extends z.ZodType>(entry: Entry, description: string) =>
  z.preprocess((list) => list ?? [], z.array(entry)).meta({ description });

const receipt = z.object({
  ...fields,
  items: list(
    z.object({
      description: text('As printed'),
      quantity: text('How many, a number such as 2 or 0.35'),
      unitPrice: amount('For one'),
      amount: amount('For all of it'),
      taxRate: text('In percent, such as 6'),
      discount: amount('What was taken off it'),
    }),
    'The things bought, in order',
  ),
  discounts: list(
    z.object({ description: text('As printed'), amount: amount('What was taken off') }),
    'Discounts on the whole receipt',
  ),
  taxes: list(
    z.object({
      rate: text('In percent, such as 6'),
      net: amount('What it was taken on'),
      amount: amount('The tax'),
    }),
    'The taxes by their rates, if they are printed so',
  ),
});

/** A model's answer about a page. */
export const visionAnswer = z.object({
  lines: z.array(z.string()).meta({ description: 'All text of the page, an entry for each printed row' }),
  receipts: list(receipt, 'An entry for each receipt on the page'),
});

/**
 * The answer as JSON Schema for structured outputs, as strict as any vendor asks: every property required, what may be
 * unknown null, nothing beside. It has neither `$ref` nor lists of types, as not all take those.
 */
export const visionSchema: Record<string, unknown> = strict(visionAnswer);

function strict(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { reused: 'inline' });
  return JSON.parse(JSON.stringify(json), (_key, part) => {
    if (part?.type === 'object') return { ...part, required: Object.keys(part.properties) };
    if (!Array.isArray(part?.type)) return part;
    const { type: types, ...rest } = part;
    return { ...rest, anyOf: types.map((type: string) => ({ type })) };
  });
}
