import { executionObjects } from '@inkstream/domain';
import type { ObjectStore } from '@inkstream/object-store';
import type { StorableResult } from './complete-result.ts';

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
