import sharp from 'sharp';
import { z } from 'zod';
import type { Answer } from './faults.ts';
import { textOf } from './picture-content.ts';
import { structuredAnswer } from './structured-answer.ts';
import type { Desk, Vendor } from './vendor.ts';

export interface LlamaServerOptions {
  /** Whether it was started with a projector. Default: true. */
  readonly vision?: boolean;
  /** Requests at once. Default: 4. */
  readonly slots?: number;
  /** Tokens of a slot. Default: 32,768. */
  readonly context?: number;
  /** Whether /slots is switched on. Default: true. */
  readonly slotsEndpoint?: boolean;
}

const MODEL = 'qwen3-vl-4b-instruct-q4_k_m.gguf';
const FORMATS: readonly string[] = ['jpeg', 'png', 'gif'];
/** Rough ones: a token is some four characters; a picture has one for each patch of so many pixels. */
const CHARACTERS_A_TOKEN = 4;
const PIXELS_A_TOKEN = 28 * 28;

const requestBody = z.object({
  model: z.string().optional(),
  max_tokens: z.int().optional(),
  messages: z.array(
    z.object({
      role: z.string(),
      content: z.array(
        z.union([
          z.object({ type: z.literal('text'), text: z.string() }),
          z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
        ]),
      ),
    }),
  ),
  response_format: z
    .object({
      type: z.string(),
      json_schema: z.object({ schema: z.looseObject({}).optional() }).optional(),
    })
    .optional(),
});

const failure = (code: number, message: string, type: string, more: object = {}): Answer => ({
  status: code,
  body: { error: { code, message, type, ...more } },
});
const invalid = (message: string) => failure(400, message, 'invalid_request_error');

async function complete(
  desk: Desk,
  body: Buffer,
  { vision, context }: Required<LlamaServerOptions>,
): Promise<Answer> {
  const request = requestBody.safeParse(JSON.parse(body.toString()));
  if (!request.success) return invalid(request.error.issues[0]?.message ?? '');
  const parts = request.data.messages.flatMap(({ content }) => content);
  const urls = parts.flatMap((part) => (part.type === 'image_url' ? [part.image_url.url] : []));
  if (urls.length > 0 && !vision)
    return failure(
      500,
      'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
      'server_error',
    );
  let asked = 0;
  for (const part of parts)
    if (part.type === 'text') asked += Math.ceil(part.text.length / CHARACTERS_A_TOKEN);
  const pictures = urls.map((url) => Buffer.from(url.split(',')[1] ?? '', 'base64'));
  for (const picture of pictures) {
    const size = await sharp(picture)
      .metadata()
      .catch(() => null);
    if (!size || !FORMATS.includes(size.format)) return invalid('Failed to load image or audio file');
    asked += Math.ceil((size.width * size.height) / PIXELS_A_TOKEN);
  }
  if (asked >= context)
    return failure(
      400,
      `request (${asked} tokens) exceeds the available context size (${context} tokens), try increasing it`,
      'exceed_context_size_error',
      { n_prompt_tokens: asked, n_ctx: context },
    );
  const read = await Promise.all(pictures.map((picture) => desk.buy(picture)));
  // A schema in any other place is ignored, without a word.
  const schema = request.data.response_format?.json_schema?.schema;
  const whole = schema
    ? structuredAnswer(schema, read)
    : `The image shows a receipt:\n\n${read.map(textOf).join('\n')}`;
  const most = Math.min(request.data.max_tokens ?? context, context - asked);
  const content = whole.slice(0, most * CHARACTERS_A_TOKEN);
  const written = Math.ceil(content.length / CHARACTERS_A_TOKEN);
  return {
    status: 200,
    body: {
      id: 'chatcmpl-9fK2',
      object: 'chat.completion',
      created: 1_796_000_000,
      model: MODEL,
      system_fingerprint: 'b9876-4f8e',
      choices: [
        {
          index: 0,
          finish_reason: content === whole ? 'stop' : 'length',
          message: { role: 'assistant', content },
        },
      ],
      usage: { prompt_tokens: asked, completion_tokens: written, total_tokens: asked + written },
      timings: { prompt_n: asked, predicted_n: written },
    },
  };
}

/**
 * llama-server as https://github.com/ggml-org/llama.cpp/tree/master/tools/server has it. Pictures for a model without
 * eyes are a 500; what is switched off is a 501; it takes a request without a free slot too, which then waits.
 */
export function llamaServer(options: LlamaServerOptions = {}): Vendor {
  const server = { vision: true, slots: 4, context: 32_768, slotsEndpoint: true, ...options };
  let busy = 0;
  const get = (path: RegExp, handle: (query: URLSearchParams) => Answer) => ({
    method: 'GET' as const,
    path,
    kind: 'probe' as const,
    handle: ({ query }: { readonly query: URLSearchParams }) => handle(query),
  });
  return {
    keyOf: ({ headers }) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
    refuse: {
      key: () => failure(401, 'Invalid API Key', 'authentication_error'),
      // It has no limits of its own; a proxy before it may.
      rate: () => failure(429, 'Too Many Requests', 'rate_limit_error'),
      credit: () => failure(402, 'Payment Required', 'payment_error'),
      path: () => failure(404, 'File Not Found', 'not_found_error'),
    },
    models: { [MODEL]: MODEL },
    routes: (desk, models) => [
      {
        method: 'POST',
        path: /^\/v1\/chat\/completions$/,
        kind: 'purchase',
        async handle({ body }) {
          busy++;
          return complete(desk, body, server).finally(() => busy--);
        },
      },
      get(/^(\/v1)?\/health$/, () => ({ status: 200, body: { status: 'ok' } })),
      get(/^\/props$/, () => ({
        status: 200,
        body: {
          total_slots: server.slots,
          model_path: `/models/${MODEL}`,
          modalities: { vision: server.vision, audio: false },
          build_info: 'b9876-4f8e',
        },
      })),
      get(/^\/slots$/, (query) => {
        if (!server.slotsEndpoint)
          return failure(
            501,
            'This server does not support slots endpoint. Start it with `--slots`',
            'not_supported_error',
          );
        if (query.has('fail_on_no_slot') && busy >= server.slots)
          return failure(503, 'no slot available', 'unavailable_error');
        const ids = Array.from({ length: server.slots }, (_, id) => id);
        return {
          status: 200,
          body: ids.map((id) => ({ id, n_ctx: server.context, is_processing: id < busy })),
        };
      }),
      get(/^\/v1\/models$/, () => ({
        status: 200,
        body: {
          object: 'list',
          data: models.names.map((id) => ({
            id,
            object: 'model',
            created: 1_796_000_000,
            owned_by: 'llamacpp',
          })),
        },
      })),
    ],
  };
}
