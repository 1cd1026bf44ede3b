import {
  absentJob,
  decide,
  evolve,
  fold,
  type JobCommand,
  type JobState,
  type JobView,
  jobStream,
  type RecordedJobEvent,
} from '@inkstream/domain';
import { ConcurrencyError, type EventStore } from '@inkstream/event-store';
import { type AppendContext, fromStored, toStored } from './job-events.ts';

/** How often a command is decided anew because somebody else wrote to the job in between. */
const MAX_CONFLICTS = 50;

/** The events of a job, upcast to today's shape, from a revision on (0 is the first). */
export async function* readJobEvents(
  store: EventStore,
  jobId: number,
  options: { from?: number; signal?: AbortSignal } = {},
): AsyncGenerator<RecordedJobEvent> {
  for await (const stored of store.read(jobStream(jobId), options)) yield fromStored(stored);
}

/** A job as it stands, and the revision of its last event: null where it has none. */
export async function readJob(
  store: EventStore,
  jobId: number,
): Promise<{ state: JobState; revision: number | null }> {
  let state = absentJob;
  let revision: number | null = null;
  for await (const event of readJobEvents(store, jobId)) {
    state = evolve(state, event);
    revision = event.revision;
  }
  return { state, revision };
}

/** A job as clients see it, folded from its stream; null where it never was. */
export async function readJobView(store: EventStore, jobId: number): Promise<JobView | null> {
  let view: JobView | null = null;
  for await (const event of readJobEvents(store, jobId)) view = fold(view, event);
  return view;
}

export interface ExecuteContext extends AppendContext {
  /** The job is likely not there yet: its stream is read only where that proves wrong. */
  readonly isNew?: boolean;
}

const nothing = { state: absentJob, revision: null };

/** What became of a command: the job after it, and the revision of its last event. */
export type Executed = { readonly state: JobState; readonly revision: number };

/**
 * Decides on a command and appends the events that follow from it. Where somebody else wrote to the job in between,
 * it is decided anew on what is there now.
 *
 * @throws DomainError where the job does not allow the command; nothing is written.
 * @throws EventStoreUnavailableError where the store does not answer: the events may be written or not.
 * @throws ConcurrencyError where others wrote in between each of many times.
 */
export async function execute(
  store: EventStore,
  jobId: number,
  command: JobCommand,
  context: ExecuteContext = {},
): Promise<Executed> {
  for (let conflicts = 0; ; conflicts++) {
    const presumed = context.isNew && conflicts === 0 ? nothing : null;
    const { state, revision } = presumed ?? (await readJob(store, jobId));
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
    }
  }
}
