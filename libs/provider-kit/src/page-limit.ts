import { wholeNumber } from '@inkstream/service-kit';

/** What every provider that reads documents page by page takes from the environment. */
export const pageLimit = {
  MAX_PAGES: wholeNumber(1, 1_000)
    .default(50)
    .describe('Most pages of a document that are read, or of those of it that are selected.'),
};
