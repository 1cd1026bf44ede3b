import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { type OcrPage, ocrResultSchema, type RecognisedPage } from '@inkstream/contracts';
import type { ModelName } from '@inkstream/ppocr';
import { completeResult, readDocument } from '@inkstream/provider-kit';
import { z } from 'zod';
import { createEngine } from '../../services/ocr-paddle-local/src/engine.ts';
import { peakMemoryMb, processorMs } from './processor-time.ts';
import { type Case, type Truth, truthSchema } from './truth.ts';

/** A document as the provider read it: its pages without what follows from them. */
export interface ReadCase {
  readonly id: string;
  readonly truth: Truth;
  /** Decoding and recognising. */
  readonly cpuMs: number;
  /** The most memory that was taken until then, MiB. */
  readonly peakMb: number;
  readonly pages: readonly RecognisedPage[];
  readonly model: string;
  /** Why it was not read. */
  readonly fault?: string | undefined;
}

const keptSchema = z.object({
  id: z.string(),
  truth: truthSchema,
  cpuMs: z.number(),
  peakMb: z.number().default(0),
  pages: z.custom<readonly OcrPage[]>(Array.isArray),
  model: z.string(),
  fault: z.string().optional(),
});

/** What a cache holds. */
export async function readKept(cache: string): Promise<ReadCase[]> {
  const lines = (await readFile(cache, 'utf8')).split('\n').filter(Boolean);
  return lines.map((line) => keptSchema.parse(JSON.parse(line)));
}

/**
 * Reads documents one after another as paddle-ocr-local does. What is in the cache, a file of JSON lines, is not read
 * again, so that rules can be tried on what was read once; each that is read is put there at once.
 */
export async function readCases(
  cases: readonly Case[],
  { model, cache }: { model: ModelName; cache?: string | undefined },
): Promise<ReadCase[]> {
  const before = cache !== undefined && existsSync(cache) ? await readKept(cache) : [];
  const kept = new Map(before.map((one) => [one.id, one]));
  const engine = await createEngine({ model, maxPages: 50 }, { log: () => {}, native: (call) => call() });
  const all: ReadCase[] = [];
  for (const { id, mimeType, open } of cases) {
    const there = kept.get(id);
    if (there) {
      all.push(there);
      continue;
    }
    const { bytes, truth } = await open();
    const start = processorMs();
    const read = await readDocument(engine, { bytes, mimeType }).catch((error: Error) => error);
    const cpuMs = processorMs() - start;
    const cost = { cpuMs, peakMb: peakMemoryMb() };
    const one: ReadCase =
      read instanceof Error
        ? { id, truth, ...cost, pages: [], model, fault: read.message }
        : { id, truth, ...cost, pages: read.pages, model: read.model };
    all.push(one);
    if (cache !== undefined) await appendFile(cache, `${JSON.stringify(one)}\n`);
  }
  await engine.close?.();
  return all;
}

/** The result as a client gets it. */
export const resultOf = ({ pages, model }: Pick<ReadCase, 'pages' | 'model'>) =>
  ocrResultSchema.parse(JSON.parse(new TextDecoder().decode(completeResult({ pages, model }).json)));
