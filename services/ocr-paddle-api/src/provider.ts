import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  apiKey,
  chargeOf,
  definePlugin,
  defineProvider,
  documentLimits,
  type Limiter,
  limitVariables,
  pageEngine,
  pageLimit,
  prices,
  vendorUrl,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';
import { hostedReader } from './hosted.ts';
import { readingOf } from './results.ts';
import { servingReader } from './serving.ts';

const limits = limitVariables('PADDLE_OCR_API');
/** The path of the hosted service's jobs, whatever host it is on. */
const JOBS = /\/ocr\/jobs\/?$/;

/** What the provider reads from the environment. */
const paddleApiConfig = {
  PADDLE_OCR_ENDPOINT: vendorUrl()
    .optional()
    .describe(
      'Of a server of your own, such as `http://localhost:8080/ocr` or `…/layout-parsing`; or of the hosted service, `https://paddleocr.aistudio-app.com/api/v2/ocr/jobs`.',
    ),
  PADDLE_OCR_API_KEY: apiKey('PADDLE_OCR_API_KEY').describe('Its key, if it has one.'),
  PADDLE_OCR_API_MODEL: z
    .string()
    .min(1)
    .default('PP-OCRv5')
    .describe('Which the hosted service is asked for; of a server of your own, its name in results.'),
  PADDLE_OCR_API_POLL_MS: wholeNumber(10, 60_000)
    .default(3_000)
    .describe('How often the hosted service is asked for a job, ms.'),
  PADDLE_OCR_API_PRICES: prices().describe('JSON of dollars by model; nothing is known.'),
  PADDLE_OCR_API_CONCURRENCY: wholeNumber(1, 256).default(2).describe('Documents read at once.'),
  ...limits.config,
  ...pageLimit,
};
type PaddleApiConfig = z.output<z.ZodObject<typeof paddleApiConfig>>;

/** `wants` has made sure of the endpoint. A page a call: a server reads ten pages of a PDF, and says nothing of the rest. */
function engineOf(config: PaddleApiConfig, limiter: Limiter) {
  const endpoint = new URL(config.PADDLE_OCR_ENDPOINT ?? '');
  const { PADDLE_OCR_API_KEY: key, PADDLE_OCR_API_MODEL: model } = config;
  const everyMs = config.PADDLE_OCR_API_POLL_MS;
  const spent = chargeOf(config.PADDLE_OCR_API_PRICES, model, { pages: 1 });
  const reader = JOBS.test(endpoint.pathname)
    ? hostedReader({ endpoint, key, model, everyMs, spent })
    : servingReader(endpoint, key, spent);
  return pageEngine({
    limiter,
    picture: { mimeType: 'image/jpeg', maxSide: 4_000, maxBytes: 10_000_000 },
    sideBySide: 2,
    limits: { maxPages: config.MAX_PAGES },
    probe: (signal) => reader.probe(signal),
    async readPage(picture, call) {
      const raw = await reader.read(picture, call);
      return { ...readingOf(raw, picture), raw, model, ...spent };
    },
  });
}

export const provider = definePlugin({
  name: 'paddle-ocr-api',
  config: paddleApiConfig,
  wants: ({ PADDLE_OCR_ENDPOINT }) => (PADDLE_OCR_ENDPOINT ? null : 'PADDLE_OCR_ENDPOINT'),
  define(config) {
    const { limiter, budget } = limits.of(config);
    return defineProvider({
      name: 'paddle-ocr-api',
      aliases: ['paddleOcrApi'],
      version: '1.0.0',
      model: config.PADDLE_OCR_API_MODEL,
      description: 'PaddleOCR on a server',
      accepts: [...DOCUMENT_TYPES],
      limits: documentLimits(config),
      concurrency: config.PADDLE_OCR_API_CONCURRENCY,
      timeoutMs: 900_000,
      pageTimeoutMs: 180_000,
      ...budget,
      engine: engineOf(config, limiter),
    });
  },
});
