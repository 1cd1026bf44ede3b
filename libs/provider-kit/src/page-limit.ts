import type { Provider } from '@inkstream/contracts';
import { defaultLimits } from '@inkstream/document-pages';
import { wholeNumber } from '@inkstream/service-kit';

/** What every provider that reads documents page by page takes from the environment. */
export const pageLimit = {
  MAX_PAGES: wholeNumber(1, 1_000)
    .default(50)
    .describe('Most pages of a document that are read, or of those of it that are selected.'),
};

/** A photo of 200 megapixels may have 80 MiB. */
const MAX_BYTES = 100 * 2 ** 20;

/** What a provider takes whose documents are decoded here, page by page: by the decoder's limits, and by `MAX_PAGES`. */
export const documentLimits = ({
  MAX_PAGES: maxPages,
}: {
  readonly MAX_PAGES: number;
}): Provider['limits'] => ({
  maxBytes: MAX_BYTES,
  maxPages,
  maxPixels: defaultLimits.maxPixels,
  maxSide: defaultLimits.maxSide,
});
