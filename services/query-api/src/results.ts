import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { UnknownResultVersionError, upcastResultText } from '@inkstream/contracts';
import type { JobView, ResultInfo } from '@inkstream/domain';
import { ObjectNotFoundError, type ObjectStore } from '@inkstream/object-store';
import { HttpError, type Logger } from '@inkstream/service-kit';

/** Results of one job that are loaded at once. */
const CONCURRENCY = 8;

/** The JSON texts of results by execution id, in today's version; null for one that is missing or damaged. */
export type Results = ReadonlyMap<number, string | null>;

async function loadResult(objects: ObjectStore, { resultKey, resultSha256 }: ResultInfo, log: Logger) {
  try {
    const bytes = await buffer(await objects.get(resultKey));
    if (createHash('sha256').update(bytes).digest('hex') === resultSha256)
      return inTodaysVersion(bytes.toString(), resultKey, log);
    log.error({ key: resultKey }, 'a stored result is not the one that was written');
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    log.warn({ key: resultKey }, 'a stored result is missing');
  }
  return null;
}

/** Null for what is not what its version says. A later version is nothing to guess at: the request is refused. */
function inTodaysVersion(text: string, key: string, log: Logger): string | null {
  try {
    return upcastResultText(text);
  } catch (err) {
    log.error({ err, key }, 'a stored result can not be read');
    if (!(err instanceof UnknownResultVersionError)) return null;
    throw new HttpError(503, 'A result was written by a later release than this one; try again', {
      'Retry-After': '10',
    });
  }
}

/**
 * Loads the results of all completed executions, each checked against its hash.
 *
 * @throws ObjectStoreUnavailableError
 * @throws HttpError 503 for a result of a later version than this code knows
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
