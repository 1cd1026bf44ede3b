import type { PageSource } from './page-source.ts';

/** A file that cannot be opened is a page that cannot be read. */
export const unreadable = (error: unknown): PageSource => ({
  pageCount: 1,
  page: async () => {
    throw error;
  },
});

/** The pages of several sources, one after another. */
export function join(sources: readonly PageSource[]): PageSource {
  const pages = sources.flatMap(({ pageCount, page }) =>
    Array.from({ length: pageCount }, (_, index) => () => page(index)),
  );
  return {
    pageCount: pages.length,
    async page(index) {
      const page = pages[index];
      if (!page) throw new RangeError(`There is no page ${index}`);
      return page();
    },
  };
}
