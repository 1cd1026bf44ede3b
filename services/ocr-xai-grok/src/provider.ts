import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  modelEnds,
  pageLimit,
  prices,
  type Secret,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

/** As https://docs.x.ai/docs/models has them on 2026-11-29; of others the operator says them. */
const PRICES = { 'grok-4.20': { inputTokens: '1.25/1000000', outputTokens: '2.50/1000000' } };
const account = limitVariables('XAI');

export const provider = definePlugin({
  name: 'xai-grok',
  config: {
    XAI_API_KEY: apiKey('XAI_API_KEY').describe('From https://console.x.ai.'),
    XAI_MODEL: z.string().min(1).default('grok-4.20').describe('As the vendor lists it.'),
    XAI_MODEL_ENDS: modelEnds,
    XAI_BASE_URL: z
      .url({ protocol: /^https?$/ })
      .default('https://api.x.ai/v1')
      .describe('Of another door to the same API.'),
    XAI_PRICES: prices(PRICES).describe('JSON of dollars by model, which adds to those that are known.'),
    ...account.config,
    XAI_CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
    ...pageLimit,
  },
  wants: ({ XAI_API_KEY }) => (XAI_API_KEY ? null : 'XAI_API_KEY'),
  async define(config) {
    const { xAiEngine } = await import('./engine.ts');
    const { limiter, budget } = account.of(config);
    return defineProvider({
      ...budget,
      name: 'xai-grok',
      version: '1.0.0',
      description: `xAI Grok (${config.XAI_MODEL})`,
      model: config.XAI_MODEL,
      ...(config.XAI_MODEL_ENDS && { modelEnds: config.XAI_MODEL_ENDS }),
      aliases: ['grok'],
      accepts: [...DOCUMENT_TYPES],
      limits: documentLimits(config),
      concurrency: config.XAI_CONCURRENCY,
      timeoutMs: 900_000,
      pageTimeoutMs: 180_000,
      engine: xAiEngine({
        // `wants` has made sure of it.
        key: config.XAI_API_KEY as Secret,
        model: config.XAI_MODEL,
        baseUrl: config.XAI_BASE_URL,
        prices: config.XAI_PRICES,
        limits: { maxPages: config.MAX_PAGES },
        limiter,
      }),
    });
  },
});
