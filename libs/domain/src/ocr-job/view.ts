import type { ExecutionCompleted, JobEvent, JobFile } from './events.ts';
import type { ExecutionFault } from './execution-errors.ts';
import { type ExecutionStatus, executionStatusAfter, isFinal, type JobStatus, jobStatus } from './status.ts';

/** What the outside may know of an execution's result: where it is, and what it took. */
export type ResultInfo = Omit<ExecutionCompleted, 'executionId' | 'attempt'>;

export type ExecutionView = {
  readonly id: number;
  readonly status: ExecutionStatus;
  readonly ocrProvider: string;
  readonly attempt: number;
  readonly result: ResultInfo | null;
  /** The latest fault: of a failed execution, or of the attempt that a retry follows. */
  readonly error: ExecutionFault | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type FileView = JobFile & { readonly executions: readonly ExecutionView[] };

/**
 * A job as clients see it, folded from its stream: the document of the read model. A deleted job keeps its id and
 * revision alone, so that a late message can't bring it back. `revision` is that of the last event folded in; times
 * are ISO 8601 UTC.
 */
export type JobView = {
  readonly id: number;
  readonly revision: number;
  readonly deleted: boolean;
  readonly name: string;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly files: readonly FileView[];
  /** Executions of deleted files: they count for the job's status still. */
  readonly removed: readonly { readonly status: ExecutionStatus; readonly attempt: number }[];
};

/** An event with what the store adds to it: its revision in the job's stream and its time, ISO 8601 UTC. */
export type RecordedJobEvent = JobEvent & {
  readonly jobId: number;
  readonly revision: number;
  readonly recordedAt: string;
};

function foldExecution(execution: ExecutionView, event: RecordedJobEvent): ExecutionView {
  if (isFinal(execution.status)) return execution;
  const status = executionStatusAfter(event.type) ?? execution.status;
  const base = { ...execution, status, updatedAt: event.recordedAt };
  switch (event.type) {
    case 'ExecutionStarted':
      return { ...base, attempt: event.data.attempt };
    case 'ExecutionRetryScheduled':
    case 'ExecutionFailed':
      return { ...base, error: event.data.error };
    case 'ExecutionCompleted': {
      const { executionId: _, attempt, ...result } = event.data;
      return { ...base, attempt: Math.max(attempt, execution.attempt), result, error: null };
    }
    default:
      return base;
  }
}

function foldFiles(view: JobView, event: RecordedJobEvent): Pick<JobView, 'files' | 'removed'> {
  const { files, removed } = view;
  if (event.type === 'ExecutionRequested') {
    const execution: ExecutionView = {
      id: event.data.executionId,
      status: 'pending',
      ocrProvider: event.data.provider,
      attempt: 0,
      result: null,
      error: null,
      createdAt: event.recordedAt,
      updatedAt: event.recordedAt,
    };
    const added = files.map((file) =>
      file.id === event.data.fileId ? { ...file, executions: [...file.executions, execution] } : file,
    );
    return { files: added, removed };
  }
  if (event.type === 'FileDeleted') {
    const gone = files.filter((file) => file.id === event.data.fileId).flatMap((file) => file.executions);
    return {
      files: files.filter((file) => file.id !== event.data.fileId),
      removed: [...removed, ...gone.map(({ status, attempt }) => ({ status, attempt }))],
    };
  }
  if (!('executionId' in event.data)) return { files, removed };
  const { executionId } = event.data;
  const changed = files.map((file) =>
    file.executions.some(({ id }) => id === executionId)
      ? {
          ...file,
          executions: file.executions.map((one) =>
            one.id === executionId ? foldExecution(one, event) : one,
          ),
        }
      : file,
  );
  return { files: changed, removed };
}

/**
 * The view after the event that follows it: `event.revision` is one more than the view's, or the view is null. A
 * deletion stands for itself, since the events before it may be truncated; nothing brings the job back after it.
 */
export function fold(view: JobView | null, event: RecordedJobEvent): JobView | null {
  const { jobId: id, revision, recordedAt } = event;
  if (view?.deleted) return { ...view, revision };
  if (event.type === 'JobDeleted')
    return {
      id,
      revision,
      deleted: true,
      name: '',
      status: 'failed',
      createdAt: recordedAt,
      updatedAt: recordedAt,
      files: [],
      removed: [],
    };
  if (!view && event.type === 'JobSubmitted')
    return {
      id,
      revision,
      deleted: false,
      name: event.data.name,
      status: 'pending',
      createdAt: recordedAt,
      updatedAt: recordedAt,
      files: event.data.files.map((file) => ({ ...file, executions: [] })),
      removed: [],
    };
  if (!view) return null;
  const { files, removed } = foldFiles(view, event);
  const status = jobStatus([...files.flatMap((file) => file.executions), ...removed]);
  return { ...view, revision, updatedAt: recordedAt, files, removed, status };
}
