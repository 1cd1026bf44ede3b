import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  pageLimit,
  prices,
  vendorUrl,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

const account = limitVariables('LLAMA_CPP');

export const provider = definePlugin({
  name: 'llama-cpp',
  config: {
    LLAMA_CPP_BASE_URL: vendorUrl()
      .optional()
      .describe('Of llama-server, such as `http://localhost:8080/v1`.'),
    LLAMA_CPP_MODEL: z.string().min(1).optional().describe('Which of its models, if it serves several.'),
    LLAMA_CPP_API_KEY: apiKey('LLAMA_CPP_API_KEY').describe('What it was started with as `--api-key`.'),
    LLAMA_CPP_CONCURRENCY: wholeNumber(1, 256).default(1).describe('Documents read at once: its slots.'),
    LLAMA_CPP_MAX_SIDE: wholeNumber(256, 8_192)
      .default(1_536)
      .describe(
        'Longest side of a picture in pixels: more are read better, take longer and need more context.',
      ),
    LLAMA_CPP_PRICES: prices().describe('JSON of dollars by model, if its work is to be reckoned.'),
    ...account.config,
    ...pageLimit,
  },
  wants: ({ LLAMA_CPP_BASE_URL }) => (LLAMA_CPP_BASE_URL ? null : 'LLAMA_CPP_BASE_URL'),
  async define(config) {
    const { llamaEngine } = await import('./engine.ts');
    const { limiter, budget } = account.of(config);
    return defineProvider({
      ...budget,
      name: 'llama-cpp',
      version: '1.0.0',
      description: `llama.cpp${config.LLAMA_CPP_MODEL ? ` (${config.LLAMA_CPP_MODEL})` : ''}`,
      ...(config.LLAMA_CPP_MODEL && { model: config.LLAMA_CPP_MODEL }),
      generative: { operation: 'chat', vendor: 'llama_cpp' },
      aliases: ['llamaCpp'],
      accepts: [...DOCUMENT_TYPES],
      limits: documentLimits(config),
      concurrency: config.LLAMA_CPP_CONCURRENCY,
      timeoutMs: 3_600_000,
      pageTimeoutMs: 600_000,
      engine: llamaEngine({
        // `wants` has made sure of it.
        baseUrl: config.LLAMA_CPP_BASE_URL ?? '',
        key: config.LLAMA_CPP_API_KEY,
        model: config.LLAMA_CPP_MODEL,
        maxSide: config.LLAMA_CPP_MAX_SIDE,
        prices: config.LLAMA_CPP_PRICES,
        limits: { maxPages: config.MAX_PAGES },
        limiter,
      }),
    });
  },
});
