import {
  dayOf,
  type Engine,
  type ListedModel,
  learningFetch,
  type ModelAccess,
  pageEngine,
  responsesReading,
  responsesRequest,
  vendorFetch,
} from '@inkstream/provider-kit';
import OpenAI from 'openai';
import { openAiErrors, VENDOR } from './errors.ts';

/** More than this it scales down itself. */
const PICTURE = { mimeType: 'image/jpeg', maxSide: 3_072, maxBytes: 15_000_000 } as const;
/** What it thinks counts too; the fullest receipt takes some 10,000. */
const MOST_TOKENS = 32_768;

/** `shutdown_date`, a day or null, is not among the SDK's types. */
function listedAs(listed: OpenAI.Model & { readonly shutdown_date?: unknown }): ListedModel {
  const ends = dayOf(listed.shutdown_date);
  return { id: listed.id, ...(ends && { ends }) };
}

/** OpenAI's Responses API: a page as a picture in, JSON by our schema out. */
export function openAiEngine({ key, model, baseUrl, prices, limits, limiter }: ModelAccess): Engine {
  const errors = openAiErrors(model, key, learningFetch(limiter, vendorFetch));
  const client = new OpenAI({
    apiKey: key.reveal(),
    baseURL: baseUrl,
    maxRetries: 0,
    // The signal of each call is the limit.
    timeout: 3_600_000,
    fetch: errors.fetch,
    logLevel: 'off',
  });
  return pageEngine({
    picture: PICTURE,
    sideBySide: 4,
    limits,
    limiter,
    probe: (signal) =>
      errors.call(signal, async () => void (await client.models.retrieve(model, { signal }))),
    models: (signal) =>
      errors.call(signal, async () => {
        const { data } = await client.models.list({ signal });
        return data.map((listed) => listedAs(listed));
      }),
    readPage: (picture, { signal }) =>
      errors.call(signal, async () => {
        const request = responsesRequest(picture, { model, maxOutputTokens: MOST_TOKENS });
        // As it came: of an answer that is no JSON, or none of its own, the SDK makes a TypeError.
        const answer = await client.responses.create(request, { signal }).asResponse();
        return responsesReading(await answer.json(), VENDOR, prices);
      }),
  });
}
