import { costSchema, usageSchema } from '@inkstream/contracts';
import { addSpent, pageObjects, type Spent } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { inParallel } from './in-parallel.ts';

/** The attempt that has read the page, and what it has spent on that, as far as the page can be understood. */
async function readPage(
  objects: Pick<ObjectStore, 'get'>,
  key: string,
): Promise<readonly [number, Spent] | null> {
  try {
    const text = Buffer.concat(await Array.fromAsync(await objects.get(key))).toString();
    const { attempt, usage, cost } = Object(JSON.parse(text));
    const [used, paid] = [usageSchema.safeParse(usage), costSchema.safeParse(cost)];
    return [
      Number(attempt),
      { ...(used.success && { usage: used.data }), ...(paid.success && { cost: paid.data }) },
    ];
  } catch (error) {
    // It is tidied away meanwhile, or no page of a release that can be understood.
    if (error instanceof ObjectNotFoundError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * What the pages of an execution say that attempts have spent on them, by attempt. Ask for it before they are deleted.
 * Rejects if the object store does not answer.
 */
export async function boughtPages(
  objects: Pick<ObjectStore, 'get' | 'list'>,
  { uid, executionId }: { readonly uid: string; readonly executionId: number },
): Promise<ReadonlyMap<number, Spent>> {
  const bought = new Map<number, Spent>();
  const found = await Array.fromAsync(objects.list(pageObjects(uid, executionId)));
  const pages = found.filter(({ key }) => /\/\d+\.json$/.test(key));
  await inParallel(pages, async ({ key }) => {
    const page = await readPage(objects, key);
    if (page) bought.set(page[0], addSpent(bought.get(page[0]) ?? {}, page[1]));
  });
  return bought;
}
