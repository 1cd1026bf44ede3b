import type { JobView } from '@inkstream/domain';

/**
 * Text as searches compare it: compatibility forms made one (NFKC), control characters as spaces, case folded. Lower
 * case first and then upper, so that ß finds SS and a final sigma finds any sigma.
 */
export const searchKey = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/\p{Cc}/gu, ' ')
    .toLowerCase()
    .toUpperCase();

/** All that a search finds a job by, a line for each name: no key holds a line break, so none matches across two. */
export const searchText = ({ name, files }: JobView): string =>
  [name, ...files.map(({ originalName }) => originalName)].map(searchKey).join('\n');
