import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  costOf,
  definePlugin,
  defineProvider,
  ProviderError,
  pageEngine,
  prices,
  type Secret,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import { tabScannerClient } from './client.ts';
import { linesOf, receiptOf } from './receipt.ts';

/** The vendor names no model; this is the version of its API. */
const MODEL = 'tabscanner-api-2';
const MAX_PAGES = 50;

const config = {
  TAB_SCANNER_API_KEY: apiKey('TAB_SCANNER_API_KEY'),
  TAB_SCANNER_BASE_URL: z.url().default('https://api.tabscanner.com'),
  /** A picture takes some 5 s; the vendor wants to be asked from then on, each second. */
  TAB_SCANNER_FIRST_POLL_MS: wholeNumber(0, 60_000).default(5_000),
  TAB_SCANNER_POLL_MS: wholeNumber(10, 60_000).default(1_000),
  TAB_SCANNER_PRICES: prices(),
};
type Config = z.output<z.ZodObject<typeof config>>;

/** Tabscanner: fields of receipts, from a picture of each page. */
function define(values: Config, key: Secret) {
  const client = tabScannerClient({
    baseUrl: values.TAB_SCANNER_BASE_URL.replace(/\/$/, ''),
    key,
    firstMs: values.TAB_SCANNER_FIRST_POLL_MS,
    everyMs: values.TAB_SCANNER_POLL_MS,
  });
  const usage = { pages: 1 };
  return defineProvider({
    name: 'tab-scanner',
    aliases: ['tabscanner'],
    version: '1.0.0',
    description: 'Tabscanner: the fields of a receipt, without its whole text',
    accepts: [...DOCUMENT_TYPES],
    limits: { maxBytes: 104_857_600, maxPages: MAX_PAGES },
    concurrency: 4,
    timeoutMs: 600_000,
    pageTimeoutMs: 90_000,
    engine: pageEngine({
      picture: { mimeType: 'image/jpeg', maxSide: 4_000, maxBytes: 8_000_000 },
      sideBySide: 2,
      limits: { maxPages: MAX_PAGES },
      async readPage(picture, call) {
        const { result, raw } = await client.read(picture, call);
        const cost = costOf(values.TAB_SCANNER_PRICES, MODEL, usage);
        const reading = { lines: linesOf(result), receipts: [receiptOf(result)], raw, model: MODEL, usage };
        return { ...reading, ...(cost && { cost }) };
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
  define: (values) => define(values, values.TAB_SCANNER_API_KEY as Secret),
});
