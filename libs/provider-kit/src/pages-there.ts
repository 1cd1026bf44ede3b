import { addSpent, type ExecutionFault, type ExecutionState, type Spent } from '@inkstream/domain';
import { completeResult, type StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import { nobody, PagesRead } from './pages-read.ts';
import type { Request } from './request.ts';
import { loadPages, unsettledPages } from './stored-page.ts';

export interface PagesThere {
  /** The result of the pages that are there: the others say why. Null if none of them could be read. */
  readonly result: StorableResult | null;
  /** What attempts spent on them that had no chance to say so. */
  readonly spent: Spent;
}

/** What is there of an execution that will not be brought further. Rejects if the store does not answer. */
export async function pagesThere(
  { objects }: Pick<ProviderContext, 'objects'>,
  request: Request,
  fault: ExecutionFault,
  state: ExecutionState,
): Promise<PagesThere> {
  const stored = await loadPages(objects, request);
  const spent = unsettledPages(stored, state).reduce<Spent>(addSpent, {});
  const { pages: there } = stored;
  if (there.every(({ model }) => model === null)) return { result: null, spent };
  const pages = new PagesRead({ selected: request.pages, there, ended: 0 }, nobody);
  pages.giveUp(fault);
  return { result: completeResult(pages.recognition()), spent };
}
