import sharp from 'sharp';
import { z } from 'zod';
import type { Answer } from './faults.ts';
import { structuredAnswer } from './structured-answer.ts';
import type { Desk } from './vendor.ts';
import type { VendorModels } from './vendor-models.ts';

/** Rough ones: a token is some four characters, a picture so many. */
const CHARACTERS_A_TOKEN = 4;
const TOKENS_A_PICTURE = 765;

const part = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input_text'), text: z.string() }),
  z.object({
    type: z.literal('input_image'),
    image_url: z.string().regex(/^data:image\/[a-z]+;base64,/),
    detail: z.enum(['low', 'high', 'auto', 'original']),
  }),
]);
const requestBody = z.object({
  model: z.string(),
  input: z.array(z.object({ role: z.enum(['user', 'system', 'developer']), content: z.array(part) })),
  instructions: z.string().optional(),
  max_output_tokens: z.int().positive().optional(),
  store: z.boolean().default(true),
  text: z.object({
    format: z.object({
      type: z.literal('json_schema'),
      name: z.string().regex(/^[\w-]{1,64}$/),
      strict: z.boolean(),
      schema: z.looseObject({}),
    }),
  }),
});
export type ResponsesRequest = z.output<typeof requestBody>;

/** What of the Responses API is a vendor's own. */
export interface ResponsesVendor {
  readonly models: VendorModels;
  /** Formats of pictures, as sharp names them, and the most bytes of one. */
  readonly formats: readonly string[];
  readonly maxBytes: number;
  noModel(model: string): Answer;
  invalid(why: string, code: string | null): Answer;
  /** What else it does not take; null if nothing. */
  refuses?(request: ResponsesRequest): string | null;
}

/** Why a schema is not strict; null if it is. */
function notStrict(schema: unknown): string | null {
  if (typeof schema !== 'object' || schema === null) return null;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === 'object') {
    const names = Object.keys(properties ?? {});
    if (additionalProperties !== false)
      return "'additionalProperties' is required to be supplied and to be false";
    const missing = names.find((name) => !(Array.isArray(required) && required.includes(name)));
    if (missing)
      return `'required' is required to be supplied and to be an array including every key: ${missing}`;
  }
  return Object.values(schema).reduce<string | null>((found, inner) => found ?? notStrict(inner), null);
}

/** Answers `POST /v1/responses`. Nothing is kept, since doubles are asked by their hash alone. */
export async function respond(desk: Desk, body: Buffer, vendor: ResponsesVendor): Promise<Answer> {
  const parsed = requestBody.safeParse(JSON.parse(body.toString()));
  if (!parsed.success) return vendor.invalid(parsed.error.issues[0]?.message ?? '', 'invalid_type');
  const request = parsed.data;
  const served = vendor.models.servedAs(request.model);
  if (!served) return vendor.noModel(request.model);
  const refused = vendor.refuses?.(request);
  if (refused) return vendor.invalid(refused, null);
  const { format } = request.text;
  const loose = format.strict ? notStrict(format.schema) : null;
  if (loose)
    return vendor.invalid(
      `Invalid schema for response_format '${format.name}': ${loose}.`,
      'invalid_json_schema',
    );

  const parts = request.input.flatMap(({ content }) => content);
  const pictures = parts.flatMap((one) =>
    one.type === 'input_image' ? [Buffer.from(one.image_url.split(',')[1] ?? '', 'base64')] : [],
  );
  for (const picture of pictures) {
    const { format: kind } = await sharp(picture)
      .metadata()
      .catch(() => ({ format: null }));
    if (!kind || !vendor.formats.includes(kind))
      return vendor.invalid(
        `You uploaded an unsupported image. Please make sure your image has one of the following formats: ${vendor.formats}.`,
        'invalid_image_format',
      );
    if (picture.length > vendor.maxBytes)
      return vendor.invalid('The image is too large.', 'image_file_too_large');
  }
  const read = await Promise.all(pictures.map((picture) => desk.buy(picture)));
  const whole = structuredAnswer(format.schema, read);
  const text = whole.slice(0, (request.max_output_tokens ?? 128_000) * CHARACTERS_A_TOKEN);
  const asked = parts.reduce(
    (sum, one) =>
      sum + (one.type === 'input_text' ? Math.ceil(one.text.length / CHARACTERS_A_TOKEN) : TOKENS_A_PICTURE),
    0,
  );
  const written = Math.ceil(text.length / CHARACTERS_A_TOKEN);
  const cut = text !== whole;
  return {
    status: 200,
    headers: { 'x-request-id': 'req_7b2e' },
    body: {
      id: 'resp_68af',
      object: 'response',
      created_at: 1_796_000_000,
      status: cut ? 'incomplete' : 'completed',
      error: null,
      incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
      model: served,
      output: [
        { type: 'reasoning', id: 'rs_1', summary: [] },
        {
          type: 'message',
          id: 'msg_1',
          status: cut ? 'incomplete' : 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text, annotations: [] }],
        },
      ],
      store: request.store,
      usage: {
        input_tokens: asked,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: written,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: asked + written,
      },
    },
  };
}

/** Seconds and minutes as these vendors write durations: `6m0s`, `1.5s`, `120ms`. */
export function written(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = ms / 1_000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${Math.ceil(seconds % 60)}s`;
}
