import {
  assertListed,
  type Engine,
  headersBesideOpenAi,
  invalidAnswer,
  learningFetch,
  type ModelAccess,
  pageEngine,
  responsesReading,
  responsesRequest,
  vendorFetch,
} from '@inkstream/provider-kit';
import OpenAI from 'openai';
import { z } from 'zod';
import { VENDOR, xAiErrors } from './errors.ts';

/** https://docs.x.ai/docs/api-reference: `/v1/models` has no aliases, and says of none when it ends. */
const listed = z.object({
  models: z.array(z.object({ id: z.string(), aliases: z.array(z.string()).default([]) })),
});

/** JPEG or PNG, up to 20 MiB. */
const PICTURE = { mimeType: 'image/jpeg', maxSide: 3_072, maxBytes: 20 * 2 ** 20 } as const;
/** What it thinks counts too; the fullest receipt takes some 10,000. */
const MOST_TOKENS = 32_768;

/** Grok through xAI's Responses API, which takes what OpenAI's does and says errors in its own way. */
export function xAiEngine({ key, model, baseUrl, prices, limits, limiter }: ModelAccess): Engine {
  const errors = xAiErrors(model, key, learningFetch(limiter, vendorFetch));
  const client = new OpenAI({
    apiKey: key.reveal(),
    baseURL: baseUrl,
    // Those of OpenAI's variables are not for xAI.
    organization: null,
    project: null,
    defaultHeaders: headersBesideOpenAi(key.reveal()),
    maxRetries: 0,
    // The signal of each call is the limit.
    timeout: 3_600_000,
    fetch: errors.fetch,
    logLevel: 'off',
  });
  const models = (signal: AbortSignal) =>
    errors.call(signal, async () => {
      const answer = listed.safeParse(await client.get('/language-models', { signal }));
      if (!answer.success) throw invalidAnswer(VENDOR, 'answered what is no list of models');
      return answer.data.models;
    });
  return pageEngine({
    picture: PICTURE,
    sideBySide: 4,
    limits,
    limiter,
    probe: async (signal) => assertListed(VENDOR, await models(signal), model),
    models,
    readPage: (picture, { signal }) =>
      errors.call(signal, async () => {
        const request = responsesRequest(picture, { model, maxOutputTokens: MOST_TOKENS });
        // As it came: of an answer that is no JSON, or none of its own, the SDK makes a TypeError.
        const answer = await client.responses.create(request, { signal }).asResponse();
        return responsesReading(await answer.json(), VENDOR, prices);
      }),
  });
}
