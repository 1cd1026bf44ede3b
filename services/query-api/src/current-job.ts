import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Caller,
  type ExecutionView,
  isFinal,
  isOfDeletion,
  type JobView,
  type RecordedDomainEvent,
} from '@inkstream/domain';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import {
  inParallel,
  readExecutionEvents,
  readJobEvents,
  readWholeJob,
  type WholeJob,
  wholeJobOf,
} from '@inkstream/job-store';
import { ReadModelUnavailableError } from '@inkstream/read-model';
import { HttpError } from '@inkstream/service-kit';
import type { QueryDeps } from './deps.ts';
import { type Changed, changedBy } from './live-job.ts';

export type JobSource = Pick<QueryDeps, 'eventStore' | 'readModel' | 'log'>;

export const noSuchJob = (id: number): HttpError => new HttpError(404, `Job ${id} does not exist`);
export const noSuchFile = (jobId: number, fileId: number): HttpError =>
  new HttpError(404, `File ${fileId} of job ${jobId} does not exist`);

/**
 * Of a job of which nothing was read: it does not exist if the event store is not cut off, else nobody knows.
 *
 * @throws EventStoreUnavailableError if it is cut off; HttpError 404 otherwise.
 */
export async function refuseUnread(eventStore: EventStore, id: number): Promise<never> {
  await eventStore.ping();
  throw noSuchJob(id);
}

/** A read model that is away may take seconds to fail: nobody waits longer than this for a shortcut, ms. */
const PATIENCE_MS = 500;

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const giveUp = () => reject(new ReadModelUnavailableError(`No answer within ${PATIENCE_MS} ms`));
  const timer = setTimeout(giveUp, PATIENCE_MS);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A job as documents of the read model have it. Its own is read first, as it is written last: so every execution that it
 * has seen is there. Some that it has not seen yet may be there too.
 */
async function documentsOf({ readModel }: JobSource, id: number): Promise<WholeJob | null> {
  const job = (await readModel.getJobs([id])).get(id)?.view;
  if (!job) return null;
  const executions = await readModel.executionsOf(id);
  // Those of another job that had this id are none of its own. What they add up to may not have been written to it yet.
  return wholeJobOf(
    job,
    executions.map(({ view }) => view).filter(({ uid }) => uid === job.uid),
  );
}

/** The same; null too if the read model does not answer, since the streams tell all. */
async function ifItAnswers(source: JobSource, id: number): Promise<WholeJob | null> {
  try {
    return await inTime(documentsOf(source, id));
  } catch (err) {
    if (!(err instanceof ReadModelUnavailableError)) throw err;
    source.log.warn({ err, jobId: id }, 'job folded from its streams alone');
    return null;
  }
}

/**
 * What happened to a job that is not in it yet, each event with the job after it: the rest of its own stream, then that
 * of each execution that was not final. Null if the job's stream is not the one that it was made of: an older log was
 * restored.
 */
export async function whatFollowed(store: EventStore, known: WholeJob): Promise<Changed[] | null> {
  const { id, uid, revision } = known.job;
  const changes: Changed[] = [];
  let whole = known;
  const add = (event: RecordedDomainEvent) => {
    const changed = changedBy(whole, event, 'read');
    if (typeof changed === 'string') return;
    changes.push(changed);
    whole = changed.whole;
  };
  /** Adds the rest of the job's own stream; returns whether it is the job's. */
  const addOwn = async (from: number): Promise<boolean> => {
    let met = false;
    for await (const event of readJobEvents(store, id, { from })) {
      if (event.uid !== uid) return false;
      met = true;
      add(event);
    }
    return met;
  };
  // Its last event is read again, and shows that this is its stream.
  if (!(await addOwn(revision))) return null;
  if (whole.job.deleted) return changes;
  const unfinished = whole.executions.filter(({ status }) => !isFinal(status));
  const news = new Map<number, RecordedDomainEvent[]>();
  await inParallel(unfinished, async ({ id: executionId, revision: last }: ExecutionView) => {
    const key = { jobId: id, executionId };
    news.set(executionId, await Array.fromAsync(readExecutionEvents(store, key, { from: last + 1 })));
  });
  const events = [...news.values()].flat();
  // A deletion came while they were read: it is told first.
  if (events.some(isOfDeletion)) await addOwn(whole.job.revision + 1);
  for (const event of events) add(event);
  return changes;
}

/** `asListed`: as the read model has it, since the event store does not answer. What was read before may be newer. */
export type OpenedJob = WholeJob & { readonly asListed?: true };

/** What such an answer says of itself (RFC 7234, 5.5.1; no longer in RFC 9111, which names nothing in its place). */
export const staleness = ({ asListed }: OpenedJob): { readonly Warning?: string } =>
  asListed ? { Warning: '110 - "Response is Stale"' } : {};

/**
 * The job as it is now: its documents, with the events folded in that the projection has not got to. So a client reads
 * its own upload and its own deletion, however far behind the read model is. If the event store does not answer, the
 * documents as they stand. Executions of deleted files are in it, `removed`.
 *
 * @throws HttpError 404 if it never was, is deleted, or is another tenant's.
 * @throws EventStoreUnavailableError if nothing is known of it, by a store that does not answer or is cut off.
 */
export async function openJob(source: JobSource, { tenant }: Caller, id: number): Promise<OpenedJob> {
  const documents = await ifItAnswers(source, id);
  let whole: OpenedJob | null = documents;
  try {
    const followed = documents && (await whatFollowed(source.eventStore, documents));
    whole = followed ? (followed.at(-1)?.whole ?? documents) : await readWholeJob(source.eventStore, id);
  } catch (err) {
    if (!documents || !(err instanceof EventStoreUnavailableError)) throw err;
    source.log.warn({ err, jobId: id }, 'job served as the read model has it');
    whole = { ...documents, asListed: true };
  }
  if (!whole) return refuseUnread(source.eventStore, id);
  if (whole.job.deleted || whole.job.tenant !== tenant) throw noSuchJob(id);
  return whole;
}

/** How often to check whether lists show a job, ms, and for how long. */
const [LISTED_LOOK_MS, LISTED_WITHIN_MS] = [80, 5_000];

/**
 * Resolves once lists show the job as it is here, or do not for 5 s. If it has just become so, the projection has only
 * heard of it too, and the first look waits.
 */
export async function untilListed(
  { readModel }: Pick<JobSource, 'readModel'>,
  { id, uid, revision, updatedAt }: JobView,
  justNow: boolean,
): Promise<void> {
  for (let waited = 0; waited < LISTED_WITHIN_MS; waited += LISTED_LOOK_MS) {
    if (waited > 0 || justNow) await sleep(LISTED_LOOK_MS);
    const document = await readModel.getJobs([id]).catch(() => undefined);
    const view = document?.get(id)?.view;
    if (view?.uid === uid && view.revision >= revision && view.updatedAt >= updatedAt) return;
  }
}
