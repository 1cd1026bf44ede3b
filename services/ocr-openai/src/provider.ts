import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  pageLimit,
  prices,
  type Secret,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

/** As https://platform.openai.com/docs/pricing has them on 2026-11-29. */
const PRICES = { 'gpt-6-luna': { inputTokens: '0.10/1000000', outputTokens: '0.50/1000000' } };
const account = limitVariables('OPENAI');

export const provider = definePlugin({
  name: 'openai',
  config: {
    OPENAI_API_KEY: apiKey('OPENAI_API_KEY').describe('From https://platform.openai.com/api-keys.'),
    OPENAI_MODEL: z.string().min(1).default('gpt-6-luna').describe('As the vendor lists it.'),
    OPENAI_BASE_URL: z
      .url({ protocol: /^https?$/ })
      .default('https://api.openai.com/v1')
      .describe('Of another door to the same API.'),
    OPENAI_PRICES: prices(PRICES).describe('JSON of dollars by model, which adds to those that are known.'),
    ...account.config,
    OPENAI_CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
    ...pageLimit,
  },
  wants: ({ OPENAI_API_KEY }) => (OPENAI_API_KEY ? null : 'OPENAI_API_KEY'),
  async define(config) {
    const { openAiEngine } = await import('./engine.ts');
    const { limiter, budget } = account.of(config);
    return defineProvider({
      ...budget,
      name: 'openai',
      version: '1.0.0',
      description: `OpenAI (${config.OPENAI_MODEL})`,
      model: config.OPENAI_MODEL,
      aliases: ['openAi'],
      accepts: [...DOCUMENT_TYPES],
      limits: documentLimits(config),
      concurrency: config.OPENAI_CONCURRENCY,
      timeoutMs: 900_000,
      pageTimeoutMs: 180_000,
      engine: openAiEngine({
        // `wants` has made sure of it.
        key: config.OPENAI_API_KEY as Secret,
        model: config.OPENAI_MODEL,
        baseUrl: config.OPENAI_BASE_URL,
        prices: config.OPENAI_PRICES,
        limits: { maxPages: config.MAX_PAGES },
        limiter,
      }),
    });
  },
});
