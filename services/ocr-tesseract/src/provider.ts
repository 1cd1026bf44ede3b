import { DOCUMENT_TYPES } from '@inkstream/contracts';
import {
  definePlugin,
  defineProvider,
  documentLimits,
  type ProviderDefinition,
  pageLimit,
} from '@inkstream/provider-kit';
import { wholeNumber } from '@inkstream/service-kit';
import { z } from 'zod';

/** What the provider reads from the environment. */
const tesseractConfig = {
  TESSERACT_LANGUAGES: z
    .string()
    .regex(/^[a-z]{3}(_[a-z]+)?(\+[a-z]{3}(_[a-z]+)?)*$/, 'must be language codes such as eng or eng+deu')
    .default('eng')
    .describe('Language codes joined by `+`; each needs its npm package `@tesseract.js-data/<code>`.'),
  TESSERACT_THREADS: wholeNumber(1, 256)
    .default(1)
    .describe('Documents read at once, each by a thread of its own.'),
  ...pageLimit,
  DECODER_MEMORY_MB: wholeNumber(128, 65_536)
    .default(640)
    .describe('MiB of the process that decodes a document.'),
};
type TesseractConfig = z.output<z.ZodObject<typeof tesseractConfig>>;

/** The engine without native code: slower and less accurate on receipts, but it runs wherever Node does. */
function tesseract(config: TesseractConfig): ProviderDefinition {
  const { TESSERACT_LANGUAGES, TESSERACT_THREADS, DECODER_MEMORY_MB: memoryMb, MAX_PAGES: maxPages } = config;
  return defineProvider({
    name: 'tesseract',
    version: '1.0.0',
    description: `Tesseract (LSTM) in WebAssembly, languages ${TESSERACT_LANGUAGES}`,
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(config),
    concurrency: TESSERACT_THREADS,
    timeoutMs: 180_000,
    pageTimeoutMs: 60_000,
    engine: {
      module: new URL('./engine.ts', import.meta.url),
      options: { languages: TESSERACT_LANGUAGES, maxPages, memoryMb },
    },
  });
}

export const provider = definePlugin({ name: 'tesseract', config: tesseractConfig, define: tesseract });
