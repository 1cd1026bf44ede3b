import {
  absentJob,
  decide,
  evolve,
  fenced,
  fold,
  type JobCommand,
  type JobState,
  type JobView,
  jobStream,
  type RecordedJobEvent,
} from '@inkstream/domain';
import {
  ConcurrencyError,
  type EventStore,
  isFence,
  type RecordedEvent,
  StaleReadError,
} from '@inkstream/event-store';
import { type AppendContext, fromStored, toStored } from './job-events.ts';

/** How often a command is decided anew because somebody else wrote to the job in between. */
const MAX_CONFLICTS = 50;

export interface ReadJobOptions {
  /** The first revision, 0 by default. */
  readonly from?: number;
  /** A revision that the stream is known to have, say from a message: a read that is behind it is a `StaleReadError`. */
  readonly atLeast?: number | undefined;
}

/** The events of a job, upcast to today's shape. Fences are none of them. */
export async function* readJobEvents(
  store: EventStore,
  jobId: number,
  options: ReadJobOptions = {},
): AsyncGenerator<RecordedJobEvent> {
  for await (const stored of store.read(jobStream(jobId), options))
    if (!isFence(stored)) yield fromStored(stored);
}

/** A job as somebody read or wrote it last, and its stream's last revision then, a fence's too: null where it had none. */
export interface KnownJob {
  readonly state: JobState;
  readonly revision: number | null;
}

/** What is known of a job that is yet to be submitted. */
export const newJob: KnownJob = { state: absentJob, revision: null };

/**
 * A job as it stands. Of one that is known only what followed is read.
 *
 * @throws StaleReadError where the read is behind the revision `atLeast`, which the caller knows the stream to have.
 */
export async function readJob(
  store: EventStore,
  jobId: number,
  known: KnownJob = newJob,
  atLeast?: number,
): Promise<KnownJob> {
  let { state, revision } = known;
  for await (const stored of store.read(jobStream(jobId), { from: (revision ?? -1) + 1, atLeast })) {
    state = isFence(stored) ? fenced(state) : evolve(state, fromStored(stored));
    revision = stored.revision;
  }
  // Whoever acts on a job's absence deletes what it had, so no store is taken at its word for it.
  if ((revision ?? -1) < (atLeast ?? -1))
    throw new StaleReadError(`Job ${jobId} was read at ${revision}, behind ${atLeast}`);
  return { state, revision };
}

/** A job as clients see it, folded from its stream; null where it never was. */
export async function readJobView(
  store: EventStore,
  jobId: number,
  options: Pick<ReadJobOptions, 'atLeast'> = {},
): Promise<JobView | null> {
  let view: JobView | null = null;
  for await (const event of readJobEvents(store, jobId, options)) view = fold(view, event);
  return view;
}

/**
 * The newest event of a job's stream, fences left out. Without one: `fenced` if there are fences, so that the job can
 * never be submitted; else `none`, which proves nothing.
 *
 * @throws StaleReadError as `readJob` does.
 */
export async function lastEventOfJob(
  store: EventStore,
  jobId: number,
  { atLeast }: Pick<ReadJobOptions, 'atLeast'> = {},
): Promise<RecordedEvent | 'fenced' | 'none'> {
  const newest = { direction: 'backwards', limit: 1 } as const;
  let [last] = await Array.fromAsync(store.read(jobStream(jobId), { ...newest, atLeast }));
  if (!last) return 'none';
  while (last && isFence(last) && last.revision > 0)
    [last] = await Array.fromAsync(store.read(jobStream(jobId), { ...newest, from: last.revision - 1 }));
  return last && !isFence(last) ? last : 'fenced';
}

export interface ExecuteContext extends AppendContext {
  /** Spares the read: the stream is read only where this proves out of date. */
  readonly known?: KnownJob | undefined;
}

/** What became of a command: the job after it, and the revision of its last event. */
export type Executed = { readonly state: JobState; readonly revision: number };

/**
 * Decides on a command and appends the events that follow from it. Where somebody else wrote to the job in between,
 * it is decided anew on what is there now.
 *
 * @throws DomainError where the job does not allow the command; nothing is written.
 * @throws EventStoreUnavailableError where the store does not answer: the events may be written or not.
 * @throws StaleReadError where the store shows less of the job than is known of it: a node that lags, say.
 * @throws ConcurrencyError where others wrote in between each of many times.
 */
export async function execute(
  store: EventStore,
  jobId: number,
  command: JobCommand,
  { known, ...context }: ExecuteContext = {},
): Promise<Executed> {
  let job = known ?? (await readJob(store, jobId));
  for (let conflicts = 0; ; conflicts++) {
    const { state, revision } = job;
    const events = decide(command, state);
    try {
      const appended = await store.append(
        jobStream(jobId),
        events.map((event) => toStored(jobId, event, context)),
        { expected: revision ?? 'no_stream' },
      );
      return { state: events.reduce(evolve, state), revision: appended.revision };
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || conflicts >= MAX_CONFLICTS) throw error;
      const { actual } = error;
      // Never decided on less than is known: a job that lacks its latest events refuses what it should allow.
      if (revision !== null && (actual ?? -1) < revision)
        throw new StaleReadError(`Job ${jobId} was read at ${revision}, and is said to be at ${actual}`, {
          cause: error,
        });
      job = await readJob(store, jobId, job, actual ?? undefined);
    }
  }
}
