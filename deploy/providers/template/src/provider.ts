import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  definePlugin,
  defineProvider,
  limitVariables,
  pageEngine,
  pageLimit,
  prices,
  vendorUrl,
} from '@inkstream/provider-kit';
import { z } from 'zod';
import { createApi } from './api.ts';

const MEBIBYTE = 2 ** 20;

/** What the account allows: calls and tokens a minute, calls in flight, dollars a day. */
const account = limitVariables('ACME', { requestsPerMinute: 600 });

/** What it reads from the environment; each description is a row of docs/providers.md. */
const config = {
  ACME_API_KEY: apiKey('ACME_API_KEY').describe('The key of the account.'),
  ACME_BASE_URL: vendorUrl().default('https://api.acme.example').describe('Where its API is.'),
  ACME_MODEL: z.string().min(1).default('acme-2').describe('The model that reads.'),
  ACME_PRICES: prices({ '': { pages: '4/1000' } }).describe(
    'US dollars for so many pages, by model, as JSON.',
  ),
  ...account.config,
  ...pageLimit,
};

export const provider = definePlugin({
  name: 'acme',
  config,
  wants: ({ ACME_API_KEY }) => (ACME_API_KEY ? null : 'ACME_API_KEY'),
  define(values) {
    const { ACME_API_KEY: key, ACME_BASE_URL: baseUrl, ACME_MODEL: model, MAX_PAGES: maxPages } = values;
    const { limiter, budget } = account.of(values);
    return defineProvider({
      name: 'acme',
      version: '1.0.0',
      description: `Acme (${model})`,
      model,
      accepts: [...DOCUMENT_TYPES],
      limits: { maxBytes: 100 * MEBIBYTE, maxPages },
      concurrency: 4,
      timeoutMs: 300_000,
      pageTimeoutMs: 60_000,
      ...budget,
      engine: pageEngine({
        picture: { mimeType: 'image/jpeg', maxSide: 4_000, maxBytes: 10 * MEBIBYTE },
        sideBySide: 4,
        limits: { maxPages },
        limiter,
        ...createApi({ key, baseUrl, model, prices: values.ACME_PRICES }),
      }),
    });
  },
});
