import { z } from 'zod';
import type { Answer } from './faults.ts';
import { mistralPage } from './mistral-page.ts';
import { structuredAnswer } from './structured-answer.ts';
import type { Desk, Vendor, VendorRequest } from './vendor.ts';
import type { VendorModels } from './vendor-models.ts';

/** As the vendor lists them on 2026-11-29; `mistral-ocr-latest` is an alias. */
const MODELS = {
  'mistral-ocr-latest': 'mistral-ocr-4-1',
  'mistral-ocr-4': 'mistral-ocr-4-1',
  'mistral-ocr-4-1': 'mistral-ocr-4-1',
};
/** Largest document, bytes. */
const MOST_BYTES = 50 * 2 ** 20;

const url = z.string().regex(/^(https:|data:(image|application)\/)/);
const requestBody = z.object({
  model: z.string(),
  document: z.discriminatedUnion('type', [
    z.object({ type: z.literal('document_url'), document_url: url }),
    z.object({
      type: z.literal('image_url'),
      image_url: z.union([url, z.object({ url }).transform((image) => image.url)]),
    }),
  ]),
  pages: z.array(z.int().nonnegative()).nullish(),
  include_blocks: z.boolean().optional(),
  confidence_scores_granularity: z.enum(['word', 'page', 'block']).nullish(),
  document_annotation_format: z
    .object({
      type: z.literal('json_schema'),
      json_schema: z.object({ name: z.string(), schema: z.looseObject({}) }),
    })
    .nullish(),
});

/** An error of the API. */
export const mistralFailure = (status: number, type: string, code: string, message: string): Answer => ({
  status,
  body: { object: 'error', message, type, param: null, code, raw_status_code: status },
});

/** 422, in a shape of its own, which repeats the request. */
const invalid = (input: unknown, issues: readonly z.core.$ZodIssue[]): Answer => ({
  status: 422,
  body: {
    detail: issues.map(({ path, message }) => ({
      type: 'value_error',
      loc: ['body', ...path],
      msg: message,
      input,
    })),
  },
});

const endOf = (day: string | null) => (day === null ? null : `${day}T12:00:00Z`);
const limits = (limit: number, remaining: number) => ({
  'x-ratelimit-limit-req-minute': String(limit),
  'x-ratelimit-remaining-req-minute': String(remaining),
});
const limited = mistralFailure(429, 'rate_limited', '1300', 'Requests rate limit exceeded');

async function ocr({ buy, buyPages }: Desk, models: VendorModels, { body }: VendorRequest): Promise<Answer> {
  const json: unknown = JSON.parse(body.toString());
  const request = requestBody.safeParse(json);
  if (!request.success) return invalid(json, request.error.issues);
  const { document, pages, document_annotation_format: format, ...wishes } = request.data;
  const model = models.servedAs(wishes.model);
  if (!model) return mistralFailure(400, 'invalid_model', '1500', `Invalid model: ${wishes.model}`);
  const link = document.type === 'document_url' ? document.document_url : document.image_url;
  const bytes = Buffer.from(link.slice(link.indexOf(',') + 1), 'base64');
  if (bytes.length > MOST_BYTES)
    return mistralFailure(413, 'document_parser_file_too_big', '3730', 'Document is too large.');
  const contents = await (document.type === 'image_url'
    ? buy(bytes).then((content) => [content])
    : buyPages(bytes, pages ?? undefined)
  ).catch(() => null);
  if (!contents)
    return mistralFailure(
      400,
      'document_parser_invalid_file',
      '3740',
      'Document is not a valid PDF or picture.',
    );
  return {
    status: 200,
    body: {
      pages: contents.map((content, at) => mistralPage(content, pages?.[at] ?? at, wishes)),
      model,
      document_annotation: format ? structuredAnswer(format.json_schema.schema, contents) : null,
      usage_info: { pages_processed: contents.length, doc_size_bytes: bytes.length },
    },
  };
}

/**
 * Mistral's OCR, `POST /v1/ocr`, as https://docs.mistral.ai/api describes it: pages as Markdown with blocks and
 * word confidences, the annotation as JSON in a string, and of errors three shapes.
 */
export const mistral: Vendor = {
  keyOf: ({ headers }) => headers.authorization?.replace(/^Bearer /, ''),
  refuse: {
    key: () => ({ status: 401, body: { detail: 'Unauthorized' } }),
    rate: () => limited,
    // No word about credit: the limit is 0.
    credit: () => ({ ...limited, headers: limits(0, 0) }),
    path: () => ({ status: 404, body: { detail: 'Not Found' } }),
  },
  rateHeaders: ({ calls, remaining }) => limits(calls, remaining),
  models: MODELS,
  routes: (desk, models) => [
    {
      method: 'POST',
      path: /^\/v1\/ocr$/,
      kind: 'purchase',
      handle: (request) => ocr(desk, models, request),
    },
    {
      method: 'GET',
      path: /^\/v1\/models$/,
      kind: 'probe',
      handle: () => ({
        status: 200,
        body: {
          object: 'list',
          data: models.names.map((id) => ({
            id,
            object: 'model',
            created: 1_784_160_000,
            owned_by: 'mistralai',
            capabilities: { completion_chat: false, ocr: true },
            name: models.servedAs(id),
            max_context_length: 16_384,
            aliases: models.names.filter((other) => other !== id),
            deprecation: endOf(models.endOf(id)),
            type: 'base',
          })),
        },
      }),
    },
  ],
};
