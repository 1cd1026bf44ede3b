import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  modelEnds,
  type ProviderDefinition,
  pageLimit,
  prices,
  type Secret,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

/** Dollars for so many tokens, as https://ai.google.dev/gemini-api/docs/pricing has them on 2026-11-29. */
const PRICES = {
  'gemini-3.5-flash-lite': { inputTokens: '0.30/1000000', outputTokens: '2.50/1000000' },
  'gemini-3.6-flash': { inputTokens: '1.50/1000000', outputTokens: '7.50/1000000' },
};

/** What the account allows. */
const account = limitVariables('GEMINI');

/** What the provider reads from the environment. */
const geminiConfig = {
  GEMINI_API_KEY: apiKey('GEMINI_API_KEY').describe('From https://aistudio.google.com/apikey.'),
  GEMINI_MODEL: z.string().min(1).default('gemini-3.5-flash-lite').describe('As the vendor lists it.'),
  GEMINI_MODEL_ENDS: modelEnds,
  GEMINI_BASE_URL: z
    .url({ protocol: /^https?$/ })
    .default('https://generativelanguage.googleapis.com')
    .describe('Of another door to the same API, without `/v1beta`.'),
  GEMINI_PRICES: prices(PRICES).describe('JSON of dollars by model, which adds to those that are known.'),
  GEMINI_CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
  ...account.config,
  ...pageLimit,
};
type GeminiConfig = z.output<z.ZodObject<typeof geminiConfig>>;

/** `wants` has made sure of the key. */
async function define(config: GeminiConfig): Promise<ProviderDefinition> {
  const { GEMINI_API_KEY, GEMINI_MODEL: model, GEMINI_BASE_URL: baseUrl, MAX_PAGES: maxPages } = config;
  const ends = config.GEMINI_MODEL_ENDS;
  const { limiter, budget } = account.of(config);
  const { geminiEngine } = await import('./engine.ts');
  return defineProvider({
    name: 'gemini',
    version: '1.0.0',
    description: `Google Gemini (${model})`,
    model,
    ...(ends && { modelEnds: ends }),
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(config),
    concurrency: config.GEMINI_CONCURRENCY,
    timeoutMs: 900_000,
    pageTimeoutMs: 180_000,
    ...budget,
    engine: geminiEngine({
      key: GEMINI_API_KEY as Secret,
      model,
      baseUrl,
      prices: config.GEMINI_PRICES,
      limits: { maxPages },
      limiter,
    }),
  });
}

export const provider = definePlugin({
  name: 'gemini',
  config: geminiConfig,
  wants: ({ GEMINI_API_KEY }) => (GEMINI_API_KEY ? null : 'GEMINI_API_KEY'),
  define,
});
