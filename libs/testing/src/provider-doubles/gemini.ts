import { z } from 'zod';
import type { Answer } from './faults.ts';
import { textOf } from './picture-content.ts';
import { structuredAnswer } from './structured-answer.ts';
import type { Desk, Vendor, VendorRequest } from './vendor.ts';
import type { VendorModels } from './vendor-models.ts';

/** As the vendor lists them on 2026-11-29, without a word of when they end. */
const MODELS = {
  'gemini-3.5-flash-lite': 'gemini-3.5-flash-lite',
  'gemini-3.6-flash': 'gemini-3.6-flash',
  'gemini-flash-latest': 'gemini-3.6-flash',
};
/** Models on a page of the list, if it is not asked for more. */
const LISTED_AT_ONCE = 2;
const MODEL_PATH = /^\/v1beta\/models\/([^/:]+)$/;
const GENERATE_PATH = /^\/v1beta\/models\/([^/:]+):generateContent$/;
/** The keywords of JSON Schema that `responseJsonSchema` takes; beside `$ref` there may be those with a `$` alone. */
const KEYWORDS = new Set(
  `$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum anyOf
   oneOf properties additionalProperties required propertyOrdering`.split(/\s+/),
);
/** Rough ones: a token is some four characters, a picture so many. */
const CHARACTERS_A_TOKEN = 4;
const TOKENS_A_PICTURE = 1_120;

const requestBody = z.object({
  contents: z.array(
    z.object({
      parts: z.array(
        z.union([
          z.object({ text: z.string() }),
          z.object({ inlineData: z.object({ mimeType: z.string(), data: z.base64() }) }),
        ]),
      ),
    }),
  ),
  systemInstruction: z.looseObject({}).optional(),
  generationConfig: z
    .looseObject({
      responseMimeType: z.string().optional(),
      responseJsonSchema: z.looseObject({}).optional(),
      maxOutputTokens: z.int().positive().optional(),
    })
    .optional(),
});

/** An error of the vendor: google.rpc.Status in JSON. */
export const geminiFailure = (
  code: number,
  status: string,
  message: string,
  details: readonly object[] = [],
): Answer => ({
  status: code,
  body: { error: { code, message, status, ...(details.length > 0 && { details }) } },
});
const invalid = (message: string) => geminiFailure(400, 'INVALID_ARGUMENT', message);
const type = (name: string) => ({ '@type': `type.googleapis.com/google.rpc.${name}` });

/** A limit that was met. As in all JSON of this vendor, a quota of 0 is left out. */
function exhausted(quota: number, waitMs: number | null): Answer {
  const metric = 'generativelanguage.googleapis.com/generate_content_paid_tier_requests';
  const quotaId = 'GenerateRequestsPerMinutePerProjectPerModel-PaidTier';
  const wait = waitMs === null ? null : `${Math.ceil(waitMs / 1_000)}s`;
  return geminiFailure(
    429,
    'RESOURCE_EXHAUSTED',
    `You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: ${metric}, limit: ${quota}`,
    [
      {
        ...type('QuotaFailure'),
        violations: [{ quotaMetric: metric, quotaId, ...(quota > 0 && { quotaValue: String(quota) }) }],
      },
      {
        ...type('Help'),
        links: [
          {
            description: 'Learn more about Gemini API quotas',
            url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
          },
        ],
      },
      ...(wait === null ? [] : [{ ...type('RetryInfo'), retryDelay: wait }]),
    ],
  );
}

/** The first thing in a schema that the vendor does not take; null if it takes all. */
function refusedIn(schema: unknown, isSchema = true): string | null {
  if (Array.isArray(schema)) return firstOf(schema.map((part) => refusedIn(part)));
  if (typeof schema !== 'object' || schema === null) return null;
  const keys = Object.keys(schema);
  if (isSchema) {
    const unknown = keys.find((key) => !KEYWORDS.has(key));
    if (unknown) return unknown;
    const beside = '$ref' in schema ? keys.find((key) => !key.startsWith('$')) : undefined;
    if (beside) return `${beside} beside $ref`;
  }
  return firstOf(
    Object.entries(schema).map(([key, part]) =>
      isSchema && (key === 'enum' || key === 'required' || key === 'propertyOrdering')
        ? null
        : refusedIn(part, !(isSchema && (key === 'properties' || key === '$defs'))),
    ),
  );
}
const firstOf = (found: readonly (string | null)[]) => found.find((one) => one !== null) ?? null;

async function generate(desk: Desk, models: VendorModels, { path, body }: VendorRequest): Promise<Answer> {
  const model = GENERATE_PATH.exec(path)?.[1] ?? '';
  const served = models.servedAs(model);
  if (!served) return notFound(model);
  const request = requestBody.safeParse(JSON.parse(body.toString()));
  if (!request.success) return invalid(`Invalid JSON payload received. ${request.error.issues[0]?.message}`);
  const { contents, generationConfig = {} } = request.data;
  const refused = refusedIn(generationConfig.responseJsonSchema);
  if (refused !== null) return invalid(`Unknown name "${refused}" in responseJsonSchema`);
  const parts = contents.flatMap((content) => content.parts);
  const pictures = parts.flatMap((part) =>
    'inlineData' in part ? [Buffer.from(part.inlineData.data, 'base64')] : [],
  );
  const read = await Promise.all(pictures.map((picture) => desk.buy(picture))).catch(() => null);
  if (!read) return invalid('Unable to process input image. Please retry or report in https://ai.google.dev');
  const { responseJsonSchema: schema } = generationConfig;
  const whole = schema ? structuredAnswer(schema, read) : read.map(textOf).join('\n');
  const { maxOutputTokens = 65_536 } = generationConfig;
  const text = whole.slice(0, maxOutputTokens * CHARACTERS_A_TOKEN);
  const prompt = parts.reduce(
    (sum, part) =>
      sum + ('text' in part ? Math.ceil(part.text.length / CHARACTERS_A_TOKEN) : TOKENS_A_PICTURE),
    0,
  );
  const written = Math.ceil(text.length / CHARACTERS_A_TOKEN);
  return {
    status: 200,
    body: {
      candidates: [
        {
          content: { parts: [{ text }], role: 'model' },
          finishReason: text === whole ? 'STOP' : 'MAX_TOKENS',
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: prompt,
        candidatesTokenCount: written,
        totalTokenCount: prompt + written,
        promptTokensDetails: [{ modality: 'IMAGE', tokenCount: pictures.length * TOKENS_A_PICTURE }],
      },
      modelVersion: served,
      responseId: 'n3QpaY7hE8',
    },
  };
}

const notFound = (model: string) =>
  geminiFailure(
    404,
    'NOT_FOUND',
    `models/${model} is not found for API version v1beta, or is not supported for generateContent.`,
  );
/** A page of the list, and the token of the next one. */
function listed(models: VendorModels, query: URLSearchParams): Answer {
  const from = Number(query.get('pageToken') ?? 0);
  const to = from + Math.min(Number(query.get('pageSize') ?? LISTED_AT_ONCE), LISTED_AT_ONCE);
  const { names } = models;
  const next = to < names.length && { nextPageToken: String(to) };
  return { status: 200, body: { models: names.slice(from, to).map(described), ...next } };
}
const described = (model: string) => ({
  name: `models/${model}`,
  version: '001',
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ['generateContent', 'countTokens'],
});

/**
 * Gemini's `generateContent` as https://ai.google.dev/api describes it. A key that is refused is a 400, a limit that was
 * met says how long to wait within the body, and no credit is a quota of 0.
 */
export const gemini: Vendor = {
  keyOf: ({ headers }) => [headers['x-goog-api-key']].flat()[0],
  refuse: {
    key: () =>
      geminiFailure(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
        {
          ...type('ErrorInfo'),
          reason: 'API_KEY_INVALID',
          domain: 'googleapis.com',
          metadata: { service: 'generativelanguage.googleapis.com' },
        },
      ]),
    rate: ({ calls, resetMs }) => exhausted(calls, resetMs),
    credit: () => exhausted(0, 31_000),
    path: () => geminiFailure(404, 'NOT_FOUND', 'Requested entity was not found.'),
  },
  models: MODELS,
  routes: (desk, models) => [
    {
      method: 'POST',
      path: GENERATE_PATH,
      kind: 'purchase',
      handle: (request) => generate(desk, models, request),
    },
    {
      method: 'GET',
      path: MODEL_PATH,
      kind: 'probe',
      handle: ({ path }) => {
        const model = MODEL_PATH.exec(path)?.[1] ?? '';
        return models.servedAs(model) ? { status: 200, body: described(model) } : notFound(model);
      },
    },
    {
      method: 'GET',
      path: /^\/v1beta\/models$/,
      kind: 'probe',
      handle: ({ query }) => listed(models, query),
    },
  ],
};
