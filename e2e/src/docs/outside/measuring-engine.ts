import type { CreateEngine } from '@inkstream/provider-kit';
import { readPages } from '@inkstream/provider-kit/read-pages';

/** Reads of each page how large it is, pixels. */
export const createEngine: CreateEngine<object> = async () => ({
  recognise: (document, reading) =>
    readPages(document, reading, {}, async (decode) => {
      const { width, height } = await decode();
      return { lines: [{ text: `${width} x ${height}` }], model: 'measuring-1' };
    }),
});
