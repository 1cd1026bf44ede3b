import { foldJob, type JobRecord, type RecordedDomainEvent, type RecordedJobEvent } from '@inkstream/domain';
import { type EventStore, StaleReadError } from '@inkstream/event-store';
import { readJobEvents } from '@inkstream/job-store';
import { EventLostError } from '@inkstream/service-kit';

/** What went wrong, by the event that it went wrong with. */
export type Failures = Map<RecordedDomainEvent, unknown>;

/** The job after events, and those that are new in it. */
export interface AdvancedJob {
  readonly record: JobRecord | null;
  readonly applied: readonly RecordedJobEvent[];
}

/** Documents turn out to be of another job than the event store's, whose id came twice: an older log was restored. */
export class OtherJobError extends Error {
  override readonly name = 'OtherJobError';
}

/** The uid of the job as the event store has it, whoever else had the id before. */
export async function uidInStore(store: EventStore, jobId: number): Promise<string> {
  for await (const { uid } of readJobEvents(store, jobId)) return uid;
  throw new StaleReadError(`Job ${jobId} was not found`);
}

/**
 * Whether the document is of another job than the event store's, whose id came twice: an older log was restored. Asks
 * the store only if an event is not of the document's job.
 */
export async function isOfAnotherJob(
  store: EventStore,
  before: JobRecord | null,
  events: readonly RecordedDomainEvent[],
): Promise<boolean> {
  if (!before || events.every(({ uid }) => uid === before.uid)) return false;
  return (await uidInStore(store, before.id)) !== before.uid;
}

export interface AdvanceOptions {
  /** Whether to read all that follows, for those who look for a request. */
  readonly toItsEnd: boolean;
  /** A revision that the stream is known to have: a read to its end that is behind it is a `StaleReadError`. */
  readonly atLeast?: number | undefined;
}

/**
 * Brings a job up to these events of its stream. What is missing between them is read.
 *
 * @throws OtherJobError if the stream is not the one that the job was made of.
 */
export async function advanceJob(
  store: EventStore,
  jobId: number,
  before: JobRecord | null,
  events: readonly RecordedJobEvent[],
  { toItsEnd, atLeast: known }: AdvanceOptions,
  failures: Failures,
): Promise<AdvancedJob> {
  let record = before;
  const applied: RecordedJobEvent[] = [];
  const next = () => (record ? record.revision + 1 : 0);
  const apply = (event: RecordedJobEvent) => {
    record = foldJob(record, event);
    applied.push(event);
  };
  const readOn = async (atLeast?: number) => {
    for await (const event of readJobEvents(store, jobId, { from: next(), atLeast })) {
      if (before && event.uid !== before.uid) throw new OtherJobError(`Job ${jobId} is ${event.uid} now`);
      apply(event);
    }
  };
  const reach = async (event: RecordedJobEvent) => {
    if (record && event.uid !== record.uid) throw new EventLostError(event);
    if (event.revision < next()) return;
    if (event.revision === next()) return apply(event);
    await readOn(event.revision);
    if (!record || record.uid !== event.uid || record.revision < event.revision)
      throw new EventLostError(event);
  };

  if (toItsEnd) await readOn(known);
  for (const event of events.toSorted((a, b) => a.revision - b.revision))
    await reach(event).catch((error) => {
      if (error instanceof OtherJobError) throw error;
      failures.set(event, error);
    });
  return { record, applied };
}
