import { isTransient } from '@inkstream/domain';
import type { PageSize } from '../engine.ts';
import type { PageReading } from '../page-reading.ts';
import { nobody, PagesRead } from '../pages-read.ts';
import type { AttemptFault } from '../provider-error.ts';
import type { Request } from '../request.ts';
import type { PageToStore } from '../stored-page.ts';

/** What a worker says of a page: what it read, or why nobody ever will. */
export type SaidOfPage = { readonly pageCount: number } & (
  | PageReading
  | (Partial<PageSize> & { readonly error: AttemptFault })
);

/** What a worker says does not fit the execution: nothing is done of it. */
export class UnfitError extends Error {
  override readonly name = 'UnfitError';
}

/** @throws UnfitError if the page is not one that was asked for, or may be read in another attempt. */
export function pageToStore({ pages: selected }: Request, number: number, said: SaidOfPage): PageToStore {
  const kept: PageToStore[] = [];
  const keep = (page: PageToStore) => void kept.push(page);
  const pages = new PagesRead({ selected, there: [], ended: 0 }, { ...nobody, keep });
  const { pageCount } = said;
  const there = pages.opened(pageCount).includes(number);
  // A page beyond the last one may have been asked for all the same.
  if (!there && !('error' in said && selected?.includes(number)))
    throw new UnfitError(`Page ${number} of ${pageCount} was not asked for`);
  if (!('error' in said)) pages.pageRead(number, said);
  else if (isTransient(said.error.code))
    throw new UnfitError(`${said.error.code} may pass: it is the attempt that failed, and not the page`);
  else {
    const { error, width = 0, height = 0 } = said;
    pages.pageFailed(number, error, { width, height });
  }
  const [page] = kept;
  if (!page) throw new UnfitError(`Nothing is said of page ${number}`);
  return page;
}
