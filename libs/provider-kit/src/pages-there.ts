import type { ExecutionFault } from '@inkstream/domain';
import { completeResult, type StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import { nobody, PagesRead } from './pages-read.ts';
import type { Request } from './request.ts';
import { loadPages } from './stored-page.ts';

/**
 * The result of the pages that are there, of an execution that will not be brought further: the others say why. Null if
 * none of them could be read. Rejects if the store does not answer.
 */
export async function pagesThere(
  { objects }: Pick<ProviderContext, 'objects'>,
  request: Request,
  fault: ExecutionFault,
): Promise<StorableResult | null> {
  const { pages: there } = await loadPages(objects, request);
  if (there.every(({ model }) => model === null)) return null;
  const pages = new PagesRead({ selected: request.pages, there, ended: 0 }, nobody);
  pages.giveUp(fault);
  return completeResult(pages.recognition());
}
