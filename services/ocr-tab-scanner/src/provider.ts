import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  chargeOf,
  definePlugin,
  defineProvider,
  documentLimits,
  limitVariables,
  ProviderError,
  pageEngine,
  pageLimit,
  prices,
  type Secret,
  vendorUrl,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import type { z } from 'zod';
import { tabScannerClient } from './client.ts';
import { linesOf, receiptOf } from './receipt.ts';

/** The vendor names no model; this is the version of its API. */
const MODEL = 'tabscanner-api-2';
const limits = limitVariables('TAB_SCANNER');

/** What the provider reads from the environment. */
const config = {
  TAB_SCANNER_API_KEY: apiKey('TAB_SCANNER_API_KEY').describe('From the API details of the account.'),
  TAB_SCANNER_BASE_URL: vendorUrl()
    .default('https://api.tabscanner.com')
    .describe('Of another door to the same API.'),
  TAB_SCANNER_FIRST_POLL_MS: wholeNumber(0, 60_000)
    .default(5_000)
    .describe('When a result is asked for first, ms; a picture takes the vendor some 5 s.'),
  TAB_SCANNER_POLL_MS: wholeNumber(10, 60_000).default(1_000).describe('How often it is asked for then, ms.'),
  TAB_SCANNER_PRICES: prices().describe('JSON of dollars by model; nothing is known.'),
  TAB_SCANNER_CONCURRENCY: wholeNumber(1, 256).default(4).describe('Documents read at once.'),
  ...limits.config,
  ...pageLimit,
};
type Config = z.output<z.ZodObject<typeof config>>;

/** `wants` has made sure of the key. */
function define(values: Config) {
  const { limiter, budget } = limits.of(values);
  const spent = chargeOf(values.TAB_SCANNER_PRICES, MODEL, { pages: 1 });
  const client = tabScannerClient({
    spent,
    baseUrl: values.TAB_SCANNER_BASE_URL.replace(/\/$/, ''),
    key: values.TAB_SCANNER_API_KEY as Secret,
    firstMs: values.TAB_SCANNER_FIRST_POLL_MS,
    everyMs: values.TAB_SCANNER_POLL_MS,
  });
  return defineProvider({
    name: 'tab-scanner',
    aliases: ['tabscanner'],
    version: '1.0.0',
    model: MODEL,
    description: 'Tabscanner: the fields of a receipt, without its whole text',
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(values),
    concurrency: values.TAB_SCANNER_CONCURRENCY,
    timeoutMs: 600_000,
    pageTimeoutMs: 90_000,
    ...budget,
    engine: pageEngine({
      limiter,
      picture: { mimeType: 'image/jpeg', maxSide: 4_000, maxBytes: 8_000_000 },
      sideBySide: 2,
      limits: { maxPages: values.MAX_PAGES },
      async readPage(picture, call) {
        const { result, raw } = await client.read(picture, call);
        return { lines: linesOf(result), receipts: [receiptOf(result)], raw, model: MODEL, ...spent };
      },
      async probe(signal) {
        if ((await client.credit(signal)) <= 0)
          throw new ProviderError('credit_exhausted', 'The account at Tabscanner has no credit left');
      },
    }),
  });
}

export const provider = definePlugin({
  name: 'tab-scanner',
  config,
  wants: ({ TAB_SCANNER_API_KEY }) => (TAB_SCANNER_API_KEY ? null : 'TAB_SCANNER_API_KEY'),
  define,
});
