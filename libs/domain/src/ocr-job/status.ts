import type { ExecutionStatus } from '../ocr-execution/status.ts';

export const JOB_STATUSES = ['pending', 'running', 'completed', 'failed'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** As much of an execution as the status of its job depends on. `attempt` is 0 until it started. */
export type Progress = { readonly status: ExecutionStatus; readonly attempt: number };

/** How many executions a job has in each status, those of deleted files included; `started`: whether one ever did. */
export type Tally = Readonly<Record<ExecutionStatus, number>> & { readonly started: boolean };

export const emptyTally: Tally = {
  pending: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  started: false,
};

/** The tally of these executions. */
export function tallyOf(executions: Iterable<Progress>): Tally {
  const tally = { ...emptyTally };
  for (const { status, attempt } of executions) {
    tally[status]++;
    tally.started ||= attempt > 0;
  }
  return tally;
}

/**
 * The status of a job: `pending` until the first execution starts; `completed` once all are final and at least one has
 * a result, `failed` if none has.
 */
export function jobStatus(tally: Tally): JobStatus {
  if (tally.pending + tally.running > 0) return tally.started ? 'running' : 'pending';
  return tally.completed > 0 ? 'completed' : 'failed';
}
