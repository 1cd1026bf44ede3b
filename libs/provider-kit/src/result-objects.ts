import { evolveExecution, executionObjects, isFinal, requestedExecution } from '@inkstream/domain';
import { StaleReadError } from '@inkstream/event-store';
import { readExecutionEvents, tidyExecution } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import { idsOf, type Request } from './request.ts';
import { rawOf } from './stored-page.ts';

/** The objects that an attempt makes: the result, and the provider's own answer beside it. */
export interface ResultKeys {
  readonly result: string;
  readonly raw: string;
}

/**
 * Each attempt has its own, so that one that was overtaken can't touch the result of another. `copy`: a number of its
 * own for each time that a result is stored, if one attempt may be concluded twice at once.
 */
export function resultKeys(
  { uid, executionId }: Pick<Request, 'uid' | 'executionId'>,
  attempt: number,
  copy?: number,
): ResultKeys {
  const folder = executionObjects(uid, executionId);
  const name = copy === undefined ? `${attempt}.json` : `${attempt}-${copy}.json`;
  return { result: `${folder}result-${name}`, raw: `${folder}raw-${name}` };
}

/** The vendor's answers of pages as one JSON array, a page in memory at a time. */
async function* rawPages(
  objects: ObjectStore,
  request: Request,
  numbers: readonly number[],
): AsyncGenerator<Uint8Array> {
  for (const [at, number] of numbers.entries())
    yield Buffer.from(
      `${at === 0 ? '[' : ','}{"page":${number},"answer":${await rawOf(objects, request, number)}}`,
    );
  yield Buffer.from(']');
}

export async function saveResult(
  objects: ObjectStore,
  request: Request,
  keys: ResultKeys,
  result: StorableResult,
): Promise<void> {
  if (result.raw) await objects.put(keys.raw, result.raw);
  else if (result.rawPages.length > 0)
    await objects.put(keys.raw, rawPages(objects, request, result.rawPages));
  await objects.put(keys.result, result.json);
}

/** The key of the result that an ended execution has, by its own events; null if it has none. */
async function keptResult(
  { eventStore }: Pick<ProviderContext, 'eventStore'>,
  request: Request,
  atLeast: number | null,
): Promise<string | null> {
  let state = requestedExecution;
  let key: string | null = null;
  const events = readExecutionEvents(eventStore, idsOf(request), { atLeast: atLeast ?? undefined });
  for await (const event of events) {
    // Of another job that had its id, whose log was lost.
    if (event.uid !== request.uid) continue;
    state = evolveExecution(state, event);
    if (event.type === 'ExecutionCompleted') key = event.data.resultKey;
  }
  if (!isFinal(state.status))
    throw new StaleReadError('The execution has ended, but it was read as if it had not');
  return state.erased ? null : key;
}

/**
 * Deletes what attempts of an ended execution stored, all but its result: what was left by a worker that died, or that
 * came late. `revision`: that of its stream when it was known to have ended, as far as that is known.
 *
 * @throws StaleReadError if a read shows less, or an execution that has not ended; nothing is deleted.
 */
export async function tidyResults(
  context: Pick<ProviderContext, 'eventStore' | 'objects'>,
  request: Request,
  revision: number | null = null,
): Promise<void> {
  await tidyExecution(context.objects, request, await keptResult(context, request, revision));
}
