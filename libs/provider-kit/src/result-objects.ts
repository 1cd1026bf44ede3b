import { executionObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { type KnownJob, readJobView } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { StorableResult } from './complete-result.ts';
import type { Request } from './request.ts';

/** The objects that an attempt makes: the result, and the provider's own answer beside it. */
export interface ResultKeys {
  readonly result: string;
  readonly raw: string;
}

/** Each attempt has its own, so that one that was overtaken can't touch the result of another. */
export function resultKeys(jobId: number, executionId: number, attempt: number): ResultKeys {
  const folder = executionObjects(jobId, executionId);
  return { result: `${folder}result-${attempt}.json`, raw: `${folder}raw-${attempt}.json` };
}

export async function saveResult(
  objects: ObjectStore,
  keys: ResultKeys,
  result: StorableResult,
): Promise<void> {
  if (result.raw) await objects.put(keys.raw, result.raw);
  await objects.put(keys.result, result.json);
}

export async function deleteResult(objects: ObjectStore, keys: ResultKeys): Promise<void> {
  await objects.delete(keys.result);
  await objects.delete(keys.raw);
}

/**
 * Deletes what earlier attempts stored before their worker died, so that the result of an execution stands alone.
 * `ended`: the job as it was known when the execution had ended, so that no read shows less and takes the result along.
 *
 * @throws StaleReadError where a read shows less; nothing is deleted.
 */
export async function tidyResults(
  { eventStore, objects }: { readonly eventStore: EventStore; readonly objects: ObjectStore },
  { jobId, executionId }: Pick<Request, 'jobId' | 'executionId'>,
  ended: KnownJob,
): Promise<void> {
  const view = await readJobView(eventStore, jobId, { atLeast: ended.revision ?? undefined });
  const execution = view?.files.flatMap(({ executions }) => executions).find(({ id }) => id === executionId);
  // The provider's own answer stands beside the result, under the same number.
  const [kept = null] = /-\d+\.json$/.exec(execution?.result?.resultKey ?? '') ?? [];
  for await (const { key } of objects.list(executionObjects(jobId, executionId)))
    if (kept === null || !key.endsWith(kept)) await objects.delete(key);
}
