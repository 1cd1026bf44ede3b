import { executionObjects } from '@inkstream/domain';
import type { ObjectStore } from '@inkstream/object-store';

/**
 * Deletes all objects of an execution that has ended but its result: the password of its document, what was left by a worker that died, or that came
 * late, pages, and readings that are not the result. The provider's own answer stays with the result, under the same
 * number. `resultKey`: null if it has no result, and nothing stays.
 */
export async function tidyExecution(
  objects: Pick<ObjectStore, 'list' | 'delete'>,
  {
    uid,
    executionId,
    passwordKey,
  }: {
    readonly uid: string;
    readonly executionId: number;
    /** As the execution's request names it. */
    readonly passwordKey?: string | undefined;
  },
  resultKey: string | null,
): Promise<void> {
  if (passwordKey !== undefined) await objects.delete(passwordKey);
  const [kept = null] = /-\d+\.json$/.exec(resultKey ?? '') ?? [];
  for await (const { key } of objects.list(executionObjects(uid, executionId)))
    if (kept === null || !key.endsWith(kept)) await objects.delete(key);
}
