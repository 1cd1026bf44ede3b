import {
  absentJob,
  decideJob,
  evolveJob,
  fencedJob,
  foldJob,
  type JobCommand,
  type JobEvent,
  type JobRecord,
  type JobState,
  jobStream,
  type RecordedJobEvent,
} from '@inkstream/domain';
import { type EventStore, isFence, type RecordedEvent } from '@inkstream/event-store';
import {
  type Aggregate,
  type Execution,
  executeOn,
  type Known,
  type ReadState,
  readState,
} from './aggregate.ts';
import { type ReadEvents, readEvents } from './read-events.ts';
import type { AppendContext } from './stored-events.ts';

const JOB: Aggregate<JobState, JobCommand, JobEvent> = {
  initial: absentJob,
  decide: decideJob,
  evolve: evolveJob,
  fenced: fencedJob,
};

export type KnownJob = Known<JobState>;

/** What is known of a job that is yet to be submitted. */
export const newJob: KnownJob = { state: absentJob, revision: null };

/** A job as it stands, without what became of its executions. Throws as `readState` does. */
export const readJob = (
  store: EventStore,
  jobId: number,
  options: ReadState<JobState> = {},
): Promise<KnownJob> => readState(store, JOB, jobStream(jobId), options);

const uidAfter = (state: JobState, command: JobCommand): string => {
  if (command.type === 'SubmitJob') return command.uid;
  return 'uid' in state ? state.uid : '';
};

/** Runs a command on a job. Throws as `executeOn` does. */
export const executeOnJob = (
  store: EventStore,
  jobId: number,
  command: JobCommand,
  { known, random, ...context }: Omit<AppendContext, 'uid'> & Execution<JobState>,
): Promise<KnownJob> =>
  executeOn(
    store,
    JOB,
    jobStream(jobId),
    command,
    (state) => ({ ...context, uid: uidAfter(state, command) }),
    { known, random },
  );

/** The events of a job's own stream, upcast to today's shape. Fences are not among them. */
export async function* readJobEvents(
  store: Pick<EventStore, 'read'>,
  jobId: number,
  options: ReadEvents = {},
): AsyncGenerator<RecordedJobEvent> {
  yield* readEvents(store, jobStream(jobId), options) as AsyncGenerator<RecordedJobEvent>;
}

/** A job folded from its stream; null if it never was. */
export async function readJobRecord(
  store: EventStore,
  jobId: number,
  options: Pick<ReadEvents, 'atLeast'> = {},
): Promise<JobRecord | null> {
  let record: JobRecord | null = null;
  for await (const event of readJobEvents(store, jobId, options)) record = foldJob(record, event);
  return record;
}

/**
 * The newest event of a job's stream, fences left out. Without one: `fenced` if there are fences, so that the job can
 * never be submitted; else `none`, which proves nothing.
 *
 * @throws StaleReadError as `readJob` does.
 */
export async function lastEventOfJob(
  store: Pick<EventStore, 'read'>,
  jobId: number,
  { atLeast }: Pick<ReadEvents, 'atLeast'> = {},
): Promise<RecordedEvent | 'fenced' | 'none'> {
  const newest = { direction: 'backwards', limit: 1 } as const;
  let [last] = await Array.fromAsync(store.read(jobStream(jobId), { ...newest, atLeast }));
  if (!last) return 'none';
  while (last && isFence(last) && last.revision > 0)
    [last] = await Array.fromAsync(store.read(jobStream(jobId), { ...newest, from: last.revision - 1 }));
  return last && !isFence(last) ? last : 'fenced';
}
