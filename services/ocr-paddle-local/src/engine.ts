import { openDocument } from '@inkstream/document-pages';
import { createPpocr, type ModelName } from '@inkstream/ppocr';
import type { CreateEngine } from '@inkstream/provider-kit';
import sharp from 'sharp';

export interface PaddleOptions {
  readonly model: ModelName;
  readonly maxPages: number;
  /** Memory of the process that decodes a document, MiB. */
  readonly memoryMb?: number;
}

/** PP-OCR in a worker thread: a document's pages one after another, each decoded only when its turn comes. */
export const createEngine: CreateEngine<PaddleOptions> = async ({ model, ...limits }, { log, native }) => {
  sharp.concurrency(1);
  sharp.cache(false);
  const ppocr = await createPpocr({ model, log, native });
  return {
    async recognise({ bytes }, { signal, pageRead }) {
      const document = await openDocument(bytes, limits, signal);
      try {
        const pages = [];
        for await (const page of document) {
          pages.push(await ppocr.recognise(page, { signal }));
          pageRead();
        }
        return { pages, model: `PP-OCRv6-${model}` };
      } finally {
        document.close();
      }
    },
    close: () => ppocr.close(),
  };
};
