import {
  type ExecutionSummary,
  type ExecutionView,
  foldExecution,
  foldJob,
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
export const summaryOf = (executions: readonly ExecutionView[]): ExecutionSummary => ({
  tally: tallyOf(executions),
  changedAt: executions.reduce<string | null>(
    (last, { updatedAt }) => (last !== null && last > updatedAt ? last : updatedAt),
    null,
  ),
});

/** A job and its executions as they stand, read from all of their streams; null if the job never was. */
export async function readWholeJob(
  store: EventStore,
  jobId: number,
  options: Pick<ReadEvents, 'atLeast'> = {},
): Promise<WholeJob | null> {
  let record: JobRecord | null = null;
  const executions = new Map<number, ExecutionView>();
  for await (const event of readJobEvents(store, jobId, options)) {
    record = foldJob(record, event);
    if (event.type === 'ExecutionRequested') executions.set(event.data.executionId, viewRequested(event));
    if (event.type === 'FileDeleted')
      for (const [id, view] of executions)
        if (view.fileId === event.data.fileId) executions.set(id, removeExecution(view));
  }
  if (record === null) return null;
  if (record.deleted) return { job: viewOf(record, summaryOf([])), executions: [] };
  await inParallel([...executions.values()], async (requested) => {
    let view = requested;
    for await (const event of readExecutionEvents(store, { jobId, executionId: view.id }))
      view = foldExecution(view, event);
    executions.set(view.id, view);
  });
  const all = [...executions.values()];
  return { job: viewOf(record, summaryOf(all)), executions: all };
}
