import type { JobEventType } from './events.ts';

export const JOB_STATUSES = ['pending', 'running', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];
export const EXECUTION_STATUSES = [...JOB_STATUSES, 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Whether nothing will happen to the execution any more. */
export const isFinal = (status: ExecutionStatus): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** The status that an execution has after an event about it; null where the event says nothing about executions. */
export function executionStatusAfter(type: JobEventType): ExecutionStatus | null {
  switch (type) {
    case 'ExecutionRequested':
    case 'ExecutionRetryScheduled':
      return 'pending';
    case 'ExecutionStarted':
      return 'running';
    case 'ExecutionCompleted':
      return 'completed';
    case 'ExecutionFailed':
      return 'failed';
    case 'ExecutionCancelled':
      return 'cancelled';
    case 'JobSubmitted':
    case 'FileDeleted':
    case 'JobDeleted':
      return null;
    default:
      return type satisfies never;
  }
}

/**
 * The status of a job from the statuses of all its executions, those of deleted files included: `pending` until
 * the first one starts; `completed` once all are final and at least one has a result, `failed` when none has.
 */
export function jobStatus(executions: Iterable<{ status: ExecutionStatus; attempt: number }>): JobStatus {
  let started = false;
  let unfinished = false;
  let completed = false;
  for (const { status, attempt } of executions) {
    started ||= attempt > 0;
    unfinished ||= !isFinal(status);
    completed ||= status === 'completed';
  }
  if (unfinished) return started ? 'running' : 'pending';
  return completed ? 'completed' : 'failed';
}
