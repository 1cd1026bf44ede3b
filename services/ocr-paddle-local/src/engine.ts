import { createPpocr, type ModelName } from '@inkstream/ppocr';
import type { CreateEngine } from '@inkstream/provider-kit';
import { readPages } from '@inkstream/provider-kit/read-pages';
import { textFirst } from '@inkstream/provider-kit/text-first';
import sharp from 'sharp';

export interface PaddleOptions {
  readonly model: ModelName;
  /** Language tags: only scripts that these are written in are read, beside Latin; all, if not given. */
  readonly languages?: readonly string[];
  readonly maxPages: number;
  /** Memory of the process that decodes a document, MiB. */
  readonly memoryMb?: number;
}

/** PP-OCR in a worker thread: a document's pages one after another, each decoded only when its turn comes. */
export const createEngine: CreateEngine<PaddleOptions> = async (
  { model, languages, ...limits },
  { log, native },
) => {
  sharp.concurrency(1);
  sharp.cache(false);
  const ppocr = await createPpocr({ model, languages, log, native });
  return {
    recognise(document, reading) {
      const read = textFirst((page) => ppocr.recognise(page, { signal: reading.signal }));
      return readPages(document, reading, { ...limits, takesText: true }, async (decode) => ({
        ...(await read(await decode())),
        model: `PP-OCRv6-${model}`,
      }));
    },
    close: () => ppocr.close(),
  };
};
