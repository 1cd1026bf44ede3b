import type { Answer } from './faults.ts';
import { respond } from './responses-api.ts';
import type { Vendor } from './vendor.ts';
import type { VendorModels } from './vendor-models.ts';

/** As the vendor has them on 2026-11-29, aliases among them, and the name under which each answers. */
const MODELS = { 'grok-4.20': 'grok-4.20-0309', 'grok-4.20-0309': 'grok-4.20-0309', 'grok-4.7': 'grok-4.7' };

/** The models under their own names, each with its aliases. */
function listed(models: VendorModels) {
  const ids = [...new Set(models.names.flatMap((name) => models.servedAs(name) ?? []))];
  return ids.map((id) => {
    const aliases = models.names.filter((name) => name !== id && models.servedAs(name) === id);
    return { id, object: 'model', created: 1_775_000_000, owned_by: 'xai', aliases };
  });
}

/** Flat, where OpenAI's errors are nested. */
const failure = (status: number, code: string, error: string): Answer => ({ status, body: { code, error } });
const invalid = (error: string) => failure(400, 'Client specified an invalid argument', error);

/**
 * xAI's Responses API as https://docs.x.ai describes it: like OpenAI's, but for its errors. A key that is refused is a
 * 400; so are `instructions`; a limit says nothing of when to come back; `/v1/models` lists no aliases, and
 * `/v1/language-models` has them.
 */
export const xai: Vendor = {
  keyOf: ({ headers }) => /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1],
  refuse: {
    key: () =>
      invalid('Incorrect API key provided: wr***ng. You can obtain an API key from https://console.x.ai.'),
    rate: ({ calls }) =>
      failure(
        429,
        'Some resource has been exhausted',
        `Too many requests for team 5f0c and model grok-4.20. Your team's rate limit is ${calls} requests per minute.`,
      ),
    credit: () =>
      failure(
        429,
        'Some resource has been exhausted',
        'Your team 5f0c has either used all available credits or reached its monthly spending limit.',
      ),
    path: () => failure(404, 'Some requested entity was not found', 'Not found'),
  },
  models: MODELS,
  routes: (desk, models) => [
    {
      method: 'POST',
      path: /^\/v1\/responses$/,
      kind: 'purchase',
      handle: ({ body }) =>
        respond(desk, body, {
          models,
          formats: ['png', 'jpeg'],
          maxBytes: 20 * 2 ** 20,
          noModel: (model) =>
            failure(
              404,
              'Some requested entity was not found',
              `The model ${model} does not exist or your team 5f0c does not have access to it.`,
            ),
          invalid: (why) => invalid(why),
          refuses: ({ instructions }) => (instructions ? 'Argument not supported: instructions' : null),
        }),
    },
    {
      method: 'GET',
      path: /^\/v1\/models$/,
      kind: 'probe',
      handle: () => ({
        status: 200,
        body: { object: 'list', data: listed(models).map(({ aliases: _, ...model }) => model) },
      }),
    },
    {
      method: 'GET',
      path: /^\/v1\/language-models$/,
      kind: 'probe',
      handle: () => ({ status: 200, body: { models: listed(models) } }),
    },
  ],
};
