import {
  chatReading,
  chatRequest,
  type Engine,
  headersBesideOpenAi,
  type Limiter,
  learningFetch,
  type PageEngineOptions,
  type Prices,
  pageEngine,
  type Secret,
  vendorFetch,
} from '@inkstream/provider-kit';
import OpenAI from 'openai';
import { llamaErrors, VENDOR } from './errors.ts';
import { LlamaServer } from './server.ts';

export interface LlamaOptions extends Pick<PageEngineOptions, 'limits'> {
  readonly limiter: Limiter;
  readonly baseUrl: string;
  readonly key: Secret | undefined;
  /** If it serves several. */
  readonly model: string | undefined;
  readonly maxSide: number;
  readonly prices: Prices;
}

/** It reads JPEG and PNG, and neither WebP, HEIC nor TIFF: every page is sent as a JPEG. */
const MAX_BYTES = 20_000_000;
/** The fullest receipt takes some 10,000. */
const MOST_TOKENS = 16_384;

/** llama-server, whose chat completions are like OpenAI's. */
export function llamaEngine({ baseUrl, key, model, maxSide, prices, limits, limiter }: LlamaOptions): Engine {
  const errors = llamaErrors(model, key, learningFetch(limiter, vendorFetch));
  const server = new LlamaServer({ baseUrl, key, errors });
  const apiKey = key?.reveal() ?? 'none';
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl,
    // Those of OpenAI's variables are not for it.
    organization: null,
    project: null,
    defaultHeaders: headersBesideOpenAi(apiKey),
    maxRetries: 0,
    // The signal of each call is the limit.
    timeout: 3_600_000,
    fetch: errors.fetch,
    logLevel: 'off',
  });
  return pageEngine({
    picture: { mimeType: 'image/jpeg', maxSide, maxBytes: MAX_BYTES },
    sideBySide: 1,
    limits,
    limiter,
    probe: (signal) => server.ready(signal),
    models: (signal) => server.models(signal),
    readPage: async (picture, { signal }) => {
      await server.slot(signal);
      const called = model ?? (await server.model(signal)) ?? 'default';
      return errors.call(signal, async () => {
        const request = chatRequest(picture, { model: called, maxOutputTokens: MOST_TOKENS });
        return chatReading(await client.chat.completions.create(request, { signal }), VENDOR, prices);
      });
    },
  });
}
