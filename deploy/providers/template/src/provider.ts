import { DOCUMENT_TYPES } from '@inkstream/contracts';
import { apiKey, definePlugin, defineProvider, pageEngine, prices } from '@inkstream/provider-kit';
import { z } from 'zod';
import { createApi } from './api.ts';

const MEBIBYTE = 2 ** 20;
const MAX_PAGES = 50;

/** What it reads from the environment; each description is a row of docs/providers.md. */
const config = {
  ACME_API_KEY: apiKey('ACME_API_KEY').describe('The key of the account.'),
  ACME_BASE_URL: z.url().default('https://api.acme.example').describe('Where its API is.'),
  ACME_MODEL: z.string().min(1).default('acme-2').describe('The model that reads.'),
  ACME_PRICES: prices({ '': { pages: '4/1000' } }).describe(
    'US dollars for so many pages, by model, as JSON.',
  ),
};

export const provider = definePlugin({
  name: 'acme',
  config,
  wants: ({ ACME_API_KEY }) => (ACME_API_KEY ? null : 'ACME_API_KEY'),
  define: ({ ACME_API_KEY: key, ACME_BASE_URL: baseUrl, ACME_MODEL: model, ACME_PRICES: prices }) =>
    defineProvider({
      name: 'acme',
      version: '1.0.0',
      description: `Acme (${model})`,
      accepts: [...DOCUMENT_TYPES],
      limits: { maxBytes: 100 * MEBIBYTE, maxPages: MAX_PAGES },
      concurrency: 4,
      timeoutMs: 300_000,
      pageTimeoutMs: 60_000,
      engine: pageEngine({
        picture: { mimeType: 'image/jpeg', maxSide: 4_000, maxBytes: 10 * MEBIBYTE },
        sideBySide: 4,
        limits: { maxPages: MAX_PAGES },
        ...createApi({ key, baseUrl, model, prices }),
      }),
    }),
});
