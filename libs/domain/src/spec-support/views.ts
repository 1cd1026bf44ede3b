import { type ExecutionView, foldExecution, removeExecution, viewRequested } from '../ocr-execution/view.ts';
import { tallyOf } from '../ocr-job/status.ts';
import { foldJob, type JobRecord, type JobView, viewOf } from '../ocr-job/view.ts';
import type { RecordedDomainEvent } from '../recorded.ts';
import { isJobEvent } from '../upcast.ts';

/** The documents of one job. */
export type Documents = {
  readonly record: JobRecord | null;
  readonly executions: ReadonlyMap<number, ExecutionView>;
};

export const noDocuments: Documents = { record: null, executions: new Map() };

const isOfExecution = (
  event: RecordedDomainEvent,
): event is Extract<RecordedDomainEvent, { executionId: number }> => !isJobEvent(event);

/** The documents after the event that comes next in the log. */
export function foldAll(documents: Documents, event: RecordedDomainEvent): Documents {
  const executions = new Map(documents.executions);
  if (isOfExecution(event)) {
    const view = executions.get(event.executionId);
    if (view) executions.set(event.executionId, foldExecution(view, event));
    return { ...documents, executions };
  }
  const record = foldJob(documents.record, event);
  if (event.type === 'ExecutionRequested') executions.set(event.data.executionId, viewRequested(event));
  if (event.type === 'FileDeleted')
    for (const [id, view] of executions)
      if (view.fileId === event.data.fileId) executions.set(id, removeExecution(view));
  return { record, executions: record?.deleted ? new Map() : executions };
}

/** The job as clients see it. */
export function jobOf({ record, executions }: Documents): JobView | null {
  if (!record) return null;
  const times = [...executions.values()].map(({ updatedAt }) => updatedAt).sort();
  return viewOf(record, { tally: tallyOf(executions.values()), changedAt: times.at(-1) ?? null });
}
