import { availableParallelism } from 'node:os';
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
import type { PaddleOptions } from './engine.ts';

/** What the provider reads from the environment. */
export const paddleConfig = {
  PADDLE_OCR_MODEL: z
    .enum(['default', 'accurate', 'fast'])
    .default('default')
    .describe('Or `fast`, or `accurate` (fetched once, by the pip of a Python 3).'),
  OCR_LANGUAGES: z
    .string()
    .optional()
    .transform((list) => list?.split(/[\s,+]+/).filter(Boolean) ?? [])
    .refine((tags) => tags.every(isLanguageTag), 'must be language tags such as en,ru,zh-Hant')
    .describe(
      'Tags of languages such as `en,ru,zh-Hant`: lines in scripts that these are not written in are not read but warned of. By default every script there is a model for ([scripts](accuracy.md#scripts)); Latin is always read.',
    ),
  // Each is read by a thread of its own (about 100 MB), and decoded by a process.
  PADDLE_OCR_THREADS: wholeNumber(1, 256)
    .optional()
    .describe(
      'Documents read at once, by default one a core; one more thread runs while there are documents that used up a time limit before.',
    ),
  ...pageLimit,
  DECODER_MEMORY_MB: wholeNumber(128, 65_536)
    .default(640)
    .describe(
      'MiB of the process that decodes a document, on Linux ([limits](limits.md)); each thread has one.',
    ),
};

function isLanguageTag(tag: string): boolean {
  try {
    return new Intl.Locale(tag).maximize().script !== undefined;
  } catch {
    return false;
  }
}
export type PaddleConfig = z.output<z.ZodObject<typeof paddleConfig>>;

/**
 * The engine that runs here, with no key and no network: PP-OCRv6 on ONNX Runtime, whose telemetry is switched off.
 * That is read from the environment of the process, which worker threads only have a copy of.
 */
export function paddleLocal(config: PaddleConfig): ProviderDefinition {
  const {
    PADDLE_OCR_MODEL,
    PADDLE_OCR_THREADS: threads,
    OCR_LANGUAGES: languages,
    DECODER_MEMORY_MB: memoryMb,
    MAX_PAGES: maxPages,
  } = config;
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
  const options: PaddleOptions = {
    model: PADDLE_OCR_MODEL,
    ...(languages.length > 0 && { languages }),
    maxPages,
    memoryMb,
  };
  return defineProvider({
    name: 'paddle-ocr-local',
    aliases: ['paddleOcrLocal'],
    version: '1.0.0',
    description: `PP-OCRv6 on this machine (${PADDLE_OCR_MODEL} models)`,
    model: `PP-OCRv6-${PADDLE_OCR_MODEL}`,
    accepts: [...DOCUMENT_TYPES],
    limits: documentLimits(config),
    concurrency: threads ?? availableParallelism(),
    timeoutMs: 120_000,
    pageTimeoutMs: 30_000,
    engine: { module: new URL('./engine.ts', import.meta.url), options },
  });
}

export const provider = definePlugin({ name: 'paddle-ocr-local', config: paddleConfig, define: paddleLocal });
