import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  type ProviderDefinition,
  pageLimit,
  prices,
  type Secret,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

/** Dollars for annotated pages, which all are, as https://docs.mistral.ai/models has them on 2026-11-29. */
const PRICES = { 'mistral-ocr': { pages: '5/1000' } };

/** What the account allows. */
const account = limitVariables('MISTRAL');

/** What the provider reads from the environment. */
const mistralConfig = {
  MISTRAL_API_KEY: apiKey('MISTRAL_API_KEY').describe('From https://console.mistral.ai/api-keys.'),
  MISTRAL_MODEL: z.string().min(1).default('mistral-ocr-latest').describe('As the vendor lists it.'),
  MISTRAL_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://api.mistral.ai')
    .describe('Of another door to the same API, without `/v1`.'),
  MISTRAL_PRICES: prices(PRICES).describe('JSON of dollars by model, which adds to those that are known.'),
  MISTRAL_CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
  ...account.config,
  ...pageLimit,
};
type MistralConfig = z.output<z.ZodObject<typeof mistralConfig>>;

/** `wants` has made sure of the key. */
async function define(config: MistralConfig): Promise<ProviderDefinition> {
  const { MISTRAL_API_KEY, MISTRAL_MODEL: model, MISTRAL_BASE_URL: baseUrl, MAX_PAGES: maxPages } = config;
  const { limiter, budget } = account.of(config);
  const { mistralEngine } = await import('./engine.ts');
  return defineProvider({
    name: 'mistral',
    version: '1.0.0',
    description: `Mistral OCR (${model})`,
    model,
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(config),
    concurrency: config.MISTRAL_CONCURRENCY,
    timeoutMs: 900_000,
    pageTimeoutMs: 180_000,
    ...budget,
    engine: mistralEngine({
      key: MISTRAL_API_KEY as Secret,
      model,
      baseUrl,
      prices: config.MISTRAL_PRICES,
      maxPages,
      limiter,
    }),
  });
}

export const provider = definePlugin({
  name: 'mistral',
  config: mistralConfig,
  wants: ({ MISTRAL_API_KEY }) => (MISTRAL_API_KEY ? null : 'MISTRAL_API_KEY'),
  define,
});
