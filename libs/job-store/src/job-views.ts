import {
  type ExecutionSummary,
  type ExecutionView,
  foldExecution,
  foldJob,
  isOfDeletion,
  type JobRecord,
  type JobView,
  removeExecution,
  tallyOf,
  viewOf,
  viewRequested,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { readExecutionEvents } from './executions.ts';
import { inParallel } from './in-parallel.ts';
import { readJobEvents } from './jobs.ts';
import type { ReadEvents } from './read-events.ts';

/** A job and its executions, those of deleted files included, in the order of their ids. A deleted job has none. */
export interface WholeJob {
  readonly job: JobView;
  readonly executions: readonly ExecutionView[];
}

/** What executions add up to. */
const summaryOf = (executions: readonly ExecutionView[]): ExecutionSummary => ({
  tally: tallyOf(executions),
  changedAt: executions.reduce<string | null>(
    (last, { updatedAt }) => (last !== null && last > updatedAt ? last : updatedAt),
    null,
  ),
});

/** A job with these executions, and what they add up to. */
export const wholeJobOf = (record: JobRecord, executions: readonly ExecutionView[]): WholeJob => ({
  job: viewOf(record, summaryOf(executions)),
  executions: record.deleted ? [] : executions,
});

/** A job and its executions as all of their streams tell it; `torn` if a deletion came while they were read. */
async function readStreams(
  store: EventStore,
  jobId: number,
  options: Pick<ReadEvents, 'atLeast'>,
): Promise<{ readonly whole: WholeJob | null; readonly torn: boolean }> {
  let record: JobRecord | null = null;
  const executions = new Map<number, ExecutionView>();
  for await (const event of readJobEvents(store, jobId, options)) {
    record = foldJob(record, event);
    if (event.type === 'ExecutionRequested') executions.set(event.data.executionId, viewRequested(event));
    if (event.type === 'FileDeleted')
      for (const [id, view] of executions)
        if (view.fileId === event.data.fileId) executions.set(id, removeExecution(view));
  }
  if (record === null) return { whole: null, torn: false };
  if (record.deleted) return { whole: wholeJobOf(record, []), torn: false };
  let torn = false;
  await inParallel([...executions.values()], async (requested) => {
    let view = requested;
    for await (const event of readExecutionEvents(store, { jobId, executionId: view.id })) {
      view = foldExecution(view, event);
      if (isOfDeletion(event) && !view.removed) torn = true;
    }
    executions.set(view.id, view);
  });
  return { whole: wholeJobOf(record, [...executions.values()]), torn };
}

/** A job and its executions as they stand, read from all of their streams; null if the job never was. */
export async function readWholeJob(
  store: EventStore,
  jobId: number,
  options: Pick<ReadEvents, 'atLeast'> = {},
): Promise<WholeJob | null> {
  const { whole, torn } = await readStreams(store, jobId, options);
  // The second time, the job's own stream tells of the deletion.
  return torn ? (await readStreams(store, jobId, options)).whole : whole;
}
