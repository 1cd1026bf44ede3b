import type { Answer } from './faults.ts';
import { respond, written } from './responses-api.ts';
import type { Vendor } from './vendor.ts';
import type { VendorModels } from './vendor-models.ts';

/** As the vendor lists them on 2026-11-29, and the snapshot that answers under each name. */
const MODELS = { 'gpt-6-luna': 'gpt-6-luna-2026-08-06', 'gpt-6-luna-2026-08-06': 'gpt-6-luna-2026-08-06' };
const MODEL_PATH = /^\/v1\/models\/([^/]+)$/;

const failure = (
  status: number,
  message: string,
  code: string | null,
  type = 'invalid_request_error',
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers: { 'x-request-id': 'req_7b2e', ...headers },
  body: { error: { message, type, param: null, code } },
});
const noModel = (model: string) =>
  failure(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found');
/** With the day of its shutdown, which the vendor's own SDK does not know of. */
const described = (id: string, models: VendorModels) => ({
  id,
  object: 'model',
  created: 1_786_000_000,
  owned_by: 'system',
  shutdown_date: models.endOf(id),
});
const keyOf = (authorization: string | undefined) => /^Bearer (.+)$/.exec(authorization ?? '')?.[1];

/**
 * OpenAI's Responses API as https://platform.openai.com/docs/api-reference describes it. No credit is a 429 too, told
 * from the rate limit by its code alone; waits are said in three ways; an alias answers under its snapshot's name.
 */
export const openai: Vendor = {
  keyOf: ({ headers }) => keyOf(headers.authorization),
  refuse: {
    key: () =>
      failure(
        401,
        'Incorrect API key provided: sk-wr****************ng. You can find your API key at https://platform.openai.com/account/api-keys.',
        'invalid_api_key',
      ),
    rate: ({ resetMs }) =>
      failure(
        429,
        `Rate limit reached for gpt-6-luna on requests per min (RPM). Please try again in ${written(resetMs)}.`,
        'rate_limit_exceeded',
        'requests',
        { 'retry-after-ms': String(Math.ceil(resetMs)), 'retry-after': String(Math.ceil(resetMs / 1_000)) },
      ),
    credit: () =>
      failure(
        429,
        'You exceeded your current quota, please check your plan and billing details.',
        'insufficient_quota',
        'insufficient_quota',
      ),
    path: () => failure(404, 'Invalid URL', null),
  },
  rateHeaders: ({ calls, remaining, resetMs }) => ({
    'x-ratelimit-limit-requests': String(calls),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': written(resetMs),
    'x-ratelimit-limit-tokens': '200000',
    'x-ratelimit-remaining-tokens': '199000',
    'x-ratelimit-reset-tokens': '300ms',
  }),
  models: MODELS,
  routes: (desk, models) => [
    {
      method: 'POST',
      path: /^\/v1\/responses$/,
      kind: 'purchase',
      handle: ({ body }) =>
        respond(desk, body, {
          models,
          formats: ['png', 'jpeg', 'gif', 'webp'],
          maxBytes: 50_000_000,
          noModel,
          invalid: (why, code) => failure(400, why, code),
        }),
    },
    {
      method: 'GET',
      path: MODEL_PATH,
      kind: 'probe',
      handle: ({ path }) => {
        const id = MODEL_PATH.exec(path)?.[1] ?? '';
        return models.servedAs(id) ? { status: 200, body: described(id, models) } : noModel(id);
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/models$/,
      kind: 'probe',
      handle: () => {
        const data = models.names.map((id) => described(id, models));
        return { status: 200, body: { object: 'list', data } };
      },
    },
  ],
};
