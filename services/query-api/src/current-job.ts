import { setTimeout as sleep } from 'node:timers/promises';
import { fold, type JobView } from '@inkstream/domain';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { readJobEvents } from '@inkstream/job-store';
import { ReadModelUnavailableError } from '@inkstream/read-model';
import { HttpError } from '@inkstream/service-kit';
import type { QueryDeps } from './deps.ts';

export type JobSource = Pick<QueryDeps, 'eventStore' | 'readModel' | 'log'>;

export const noSuchJob = (id: number): HttpError => new HttpError(404, `Job ${id} does not exist`);

/**
 * Of a job of which nothing was read: it does not exist if the event store is not cut off, else nobody knows.
 *
 * @throws EventStoreUnavailableError where it is cut off; HttpError 404 otherwise.
 */
export async function refuseUnread(eventStore: EventStore, id: number): Promise<never> {
  await eventStore.ping();
  throw noSuchJob(id);
}

/** A read model that is away may take seconds to be found so: nobody waits longer for a shortcut, ms. */
const PATIENCE_MS = 500;

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const answered = new AbortController();
  const late = sleep(PATIENCE_MS, undefined, { signal: answered.signal }).then(() => {
    throw new ReadModelUnavailableError(`No answer within ${PATIENCE_MS} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    answered.abort();
  }
}

/** The job's document; null where there is none or the read model does not answer, since the stream tells all. */
async function documentOf({ readModel, log }: JobSource, id: number): Promise<JobView | null> {
  try {
    return (await inTime(readModel.get([id]))).get(id) ?? null;
  } catch (err) {
    if (!(err instanceof ReadModelUnavailableError)) throw err;
    log.warn({ err, jobId: id }, 'job folded from its stream alone');
    return null;
  }
}

/**
 * The job as it is now: its document, with the events folded in that the projection has not got to. So a client
 * reads its own upload and its own deletion, however far behind the read model is. Where the event store does not
 * answer, the document as it stands.
 *
 * @throws HttpError 404 where it never was or is deleted.
 * @throws EventStoreUnavailableError where nothing is known of it, by a store that does not answer or is cut off.
 */
export async function openJob(source: JobSource, id: number): Promise<JobView> {
  const document = await documentOf(source, id);
  let view = document;
  try {
    const from = document ? document.revision + 1 : 0;
    for await (const event of readJobEvents(source.eventStore, id, { from })) view = fold(view, event);
  } catch (err) {
    if (!document || !(err instanceof EventStoreUnavailableError)) throw err;
    source.log.warn({ err, jobId: id }, 'job served as the read model has it');
  }
  if (!view) return refuseUnread(source.eventStore, id);
  if (view.deleted) throw noSuchJob(id);
  return view;
}
