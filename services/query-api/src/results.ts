import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { JobView, ResultInfo } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';

/** Results of one job that are loaded at once. */
const CONCURRENCY = 8;

/** The JSON texts of results by execution id; null where what is stored is missing or not what was written. */
export type Results = ReadonlyMap<number, string | null>;

async function loadResult(objects: ObjectStore, { resultKey, resultSha256 }: ResultInfo, log: Logger) {
  try {
    const bytes = await buffer(await objects.get(resultKey));
    if (createHash('sha256').update(bytes).digest('hex') === resultSha256) return bytes.toString();
    log.error({ key: resultKey }, 'a stored result is not the one that was written');
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    log.warn({ key: resultKey }, 'a stored result is missing');
  }
  return null;
}

/**
 * Loads the results of all completed executions, each checked against its hash.
 *
 * @throws ObjectStoreUnavailableError
 */
export async function loadResults(objects: ObjectStore, view: JobView, log: Logger): Promise<Results> {
  const results = new Map<number, string | null>();
  const queue = view.files.flatMap(({ executions }) => executions).values();
  const work = async () => {
    for (const { id, result } of queue) if (result) results.set(id, await loadResult(objects, result, log));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return results;
}
