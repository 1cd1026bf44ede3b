import type {
  ExecutionKey,
  ExecutionView,
  JobView,
  RecordedDomainEvent,
  RecordedJobEvent,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { isOfExecution, isOfJob } from '@inkstream/job-store';
import { type Documents, executionKeyOf, type Stored } from '@inkstream/read-model';
import { isTransientFault } from '@inkstream/service-kit';
import { advanceExecutions, type KnownExecutions } from './advance-executions.ts';
import { advanceJob, type Failures, isOfAnotherJob, OtherJobError, uidInStore } from './advance-job.ts';
import type { ExecutionChange } from './execution-metrics.ts';
import { type JobChange, type Work, write } from './write.ts';

/** Each lost race means that another writer got on, so there are never many. */
const MAX_RACES = 20;

export interface Projected {
  readonly changes: readonly JobChange[];
  readonly executionChanges: readonly ExecutionChange[];
  readonly failures: ReadonlyMap<RecordedDomainEvent, unknown>;
}

/** The execution that an event is about, if it is about one. */
function keyOf(event: RecordedDomainEvent): ExecutionKey | null {
  if (isOfExecution(event)) return { jobId: event.jobId, executionId: event.executionId };
  return event.type === 'ExecutionRequested'
    ? { jobId: event.jobId, executionId: event.data.executionId }
    : null;
}

/** What is known of these executions, by their ids. */
const knownAmong = (
  keys: readonly ExecutionKey[],
  stored: ReadonlyMap<string, Stored<ExecutionView>>,
): KnownExecutions => new Map(keys.map((key) => [key.executionId, stored.get(executionKeyOf(key)) ?? null]));

/**
 * Works out what the documents of one job are after these events. If they turn out to be of another job that had this id
 * they are dropped and built again; those that another projection has written already for this job stay.
 */
async function advance(
  documents: Documents,
  store: EventStore,
  jobId: number,
  events: readonly RecordedDomainEvent[],
  before: Stored<JobView> | null,
  known: KnownExecutions,
  failures: Failures,
): Promise<Work> {
  try {
    if (!(await isOfAnotherJob(store, before?.view ?? null, events)))
      return await advanceFrom(before?.view ?? null, known, false);
  } catch (error) {
    if (!(error instanceof OtherJobError)) throw error;
    for (const event of events) failures.delete(event);
  }
  await documents.dropExecutions([jobId], await uidInStore(store, jobId));
  const keys = [...known.keys()].map((executionId) => ({ jobId, executionId }));
  return advanceFrom(null, knownAmong(keys, await documents.getExecutions(keys)), true);

  async function advanceFrom(
    start: JobView | null,
    executions: KnownExecutions,
    fromScratch: boolean,
  ): Promise<Work> {
    const ofJob = events.filter(isOfJob);
    const ofExecutions = events.filter(isOfExecution);
    const lacksRequest = (requests: readonly RecordedJobEvent[]): boolean => {
      const requested = new Set(requests.map((event) => keyOf(event)?.executionId));
      return ofExecutions.some(
        ({ executionId }) => !executions.get(executionId) && !requested.has(executionId),
      );
    };
    const isKnown = start !== null || ofJob.some(({ revision }) => revision === 0);
    const toItsEnd = fromScratch || !isKnown || (lacksRequest(ofJob) && !start?.deleted);
    let advanced = await advanceJob(store, jobId, start, ofJob, { toItsEnd }, failures);
    // The job has seen the request, and its execution is not there: generations switched between the two writes.
    if (start && !advanced.record?.deleted && lacksRequest(advanced.applied)) {
      const atLeast = advanced.record?.revision;
      advanced = await advanceJob(store, jobId, null, ofJob, { toItsEnd: true, atLeast }, failures);
    }
    const { record, applied } = advanced;
    const uid = record?.uid;
    const isOther = (stored: Stored<ExecutionView> | null) => stored && uid && stored.view.uid !== uid;
    if (!fromScratch && [...executions.values()].some(isOther))
      throw new OtherJobError(`Executions of job ${jobId} are of another one`);
    // Of a deleted job nothing is kept, and what is said of its executions makes no difference any more.
    const replacements = record?.deleted
      ? []
      : await advanceExecutions(
          documents,
          store,
          { jobId, uid },
          executions,
          applied,
          ofExecutions,
          failures,
        );
    return { jobId, before, record, replacements };
  }
}

/** One try: returns the events of jobs that somebody else has written meanwhile. */
async function tryProject(
  documents: Documents,
  store: EventStore,
  events: readonly RecordedDomainEvent[],
  failures: Failures,
  changes: JobChange[],
  executionChanges: ExecutionChange[],
): Promise<RecordedDomainEvent[]> {
  const byJob = Map.groupBy(events, ({ jobId }) => jobId);
  const keys = new Map(events.map(keyOf).flatMap((key) => (key ? [[executionKeyOf(key), key]] : [])));
  // Jobs first, as they are written last: so every execution that one of them has seen is there.
  const jobs = await documents.getJobs([...byJob.keys()]);
  const executions = await documents.getExecutions([...keys.values()]);
  const knownOf = Map.groupBy(keys.values(), ({ jobId }) => jobId);
  const works = await Promise.all(
    [...byJob].map(async ([jobId, own]) => {
      const known = knownAmong(knownOf.get(jobId) ?? [], executions);
      try {
        return [await advance(documents, store, jobId, own, jobs.get(jobId) ?? null, known, failures)];
      } catch (error) {
        for (const event of own) failures.set(event, error);
        return [];
      }
    }),
  );
  const { lost, refused, written, ...of } = await write(documents, works.flat());
  changes.push(...written);
  executionChanges.push(...of.executionChanges);
  if (refused)
    for (const event of events) if (refused.jobIds.includes(event.jobId)) failures.set(event, refused);
  return events.filter(({ jobId }) => lost.has(jobId));
}

/**
 * Brings the documents of the events' jobs and executions to these events at least, whatever the order they come in, and
 * however often: a document is written over the version that was read only, and if somebody else was faster it is read
 * and tried again. An event that fails leaves the others alone. A batch that can't be written is written in parts, so
 * that a document which the store refuses harms no other one.
 *
 * @throws what the read model does that is transient.
 */
export async function project(
  documents: Documents,
  store: EventStore,
  events: readonly RecordedDomainEvent[],
): Promise<Projected> {
  const failures: Failures = new Map();
  const changes: JobChange[] = [];
  const executionChanges: ExecutionChange[] = [];
  let pending = events;
  try {
    for (let races = 0; pending.length > 0 && races < MAX_RACES; races++) {
      for (const event of pending) failures.delete(event);
      pending = await tryProject(documents, store, pending, failures, changes, executionChanges);
    }
    for (const event of pending) failures.set(event, new Error(`Job ${event.jobId} lost ${MAX_RACES} races`));
    return { changes, executionChanges, failures };
  } catch (error) {
    if (isTransientFault(error)) throw error;
    const jobIds = [...new Set(pending.map(({ jobId }) => jobId))];
    if (jobIds.length < 2)
      return { changes, executionChanges, failures: new Map(events.map((event) => [event, error])) };
    const half = new Set(jobIds.slice(0, jobIds.length / 2));
    const parts = [true, false].map((first) => events.filter(({ jobId }) => half.has(jobId) === first));
    for (const part of parts) {
      const done = await project(documents, store, part);
      changes.push(...done.changes);
      executionChanges.push(...done.executionChanges);
      for (const [event, failure] of done.failures) failures.set(event, failure);
    }
    return { changes, executionChanges, failures };
  }
}
