import type { PictureContent } from './picture-content.ts';
import { rowsOf } from './rows.ts';

/** As much of JSON Schema as structured outputs use. */
interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/**
 * What a model answers to a schema: JSON in that shape, filled with what is on the pictures. A property is found by its
 * name: `text` and `lines`, `receipts` of the names that Inkstream's receipts have; what is not known is null where the
 * schema allows it, and left out where it may be.
 */
export function structuredAnswer(schema: object, pictures: readonly PictureContent[]): string {
  const lines = pictures.flatMap((picture) => rowsOf(picture).map(({ text }) => ({ text, value: text })));
  const receipts = pictures.map(({ fields }, at) => ({ ...fields, pages: [at + 1] }));
  const text = lines.map((line) => line.text).join('\n');
  const root = schema as Schema;
  return JSON.stringify(fill(root, { ...receipts[0], text, markdown: text, lines, receipts }, root) ?? null);
}

/** The value in the shape of the schema; undefined if it is not known and null is not allowed. */
function fill(schema: Schema, value: unknown, root: Schema): unknown {
  const defined = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace('#/$defs/', '')];
  if (defined) return fill(defined, value, root);
  const known = value !== undefined && value !== null;
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches) {
    const nothing = branches.some(({ type }) => type === 'null') ? null : undefined;
    const branch = branches.find(({ type }) => type !== 'null');
    return known && branch ? (fill(branch, value, root) ?? nothing) : nothing;
  }
  const types = [schema.type ?? []].flat();
  const nothing = types.includes('null') ? null : undefined;
  if (schema.enum && !schema.enum.includes(value)) return nothing;
  if (types.includes('object')) return known ? filledObject(schema, value, root) : nothing;
  if (types.includes('array')) return filledArray(schema, value, root);
  const scalar = known && typeof value === 'object' && 'value' in value ? value.value : value;
  if (!known || typeof scalar === 'object') return nothing;
  return types.includes('number') || types.includes('integer') ? Number(scalar) : String(scalar);
}

function filledObject({ properties = {}, required = [] }: Schema, value: unknown, root: Schema) {
  const known = typeof value === 'object' && value !== null ? value : { value };
  const entries = Object.entries(properties).map(([name, schema]) => {
    const own = name in known ? known[name as keyof typeof known] : undefined;
    const filled = fill(schema, own, root);
    // What is required and may not be null is written down as nothing.
    return [name, filled === undefined && required.includes(name) ? '' : filled];
  });
  return Object.fromEntries(entries.filter(([, filled]) => filled !== undefined));
}

const filledArray = ({ items = {} }: Schema, value: unknown, root: Schema): unknown[] =>
  (Array.isArray(value) ? (value as unknown[]) : [])
    .map((item) => fill(items, item, root))
    .filter((item) => item !== undefined);
