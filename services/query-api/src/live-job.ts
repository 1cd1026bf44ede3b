import { createHash } from 'node:crypto';
import {
  type ExecutionView,
  foldExecution,
  foldJob,
  isOfDeletion,
  type JobView,
  type RecordedDomainEvent,
  type RecordedExecutionEvent,
  type RecordedJobEvent,
  removeExecution,
  viewRequested,
} from '@inkstream/domain';
import { isOfExecution, type WholeJob, wholeJobOf } from '@inkstream/job-store';

/** What an event changed of a job, as far as a client can see it. */
export type Change =
  | { readonly kind: 'execution'; readonly execution: ExecutionView }
  | { readonly kind: 'file-deleted'; readonly fileId: number }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'nothing' };

/** A job after an event. */
export interface Changed {
  readonly whole: WholeJob;
  readonly change: Change;
}

/** How many changes the job has seen: it grows by one with each event of any of its streams. */
export const changesOf = ({ job, executions }: WholeJob): number =>
  executions.reduce((sum, { revision }) => sum + revision + 1, job.revision);

/**
 * Names the job as it is among all that it ever was, and among others that had its id: the number of its changes, then
 * what tells one log from another, since an older one that was restored counts on from less and gives ids again.
 */
export function versionOf(whole: WholeJob): string {
  const { uid, updatedAt } = whole.job;
  const told = `${uid} ${updatedAt}`;
  const tag = createHash('sha256').update(told).digest('base64url').slice(0, 10);
  return `${changesOf(whole)}-${tag}`;
}

/** Whether the job goes on only if somebody asks for another execution. */
export const isOver = ({ job: { deleted, status } }: WholeJob): boolean =>
  deleted || status === 'completed' || status === 'failed';

function afterJobEvent(before: WholeJob, event: RecordedJobEvent): Changed {
  const record = foldJob(before.job, event) as JobView;
  switch (event.type) {
    case 'ExecutionRequested': {
      // Its document is written before that of the job, and may have been read between the two.
      if (before.executions.some(({ id }) => id === event.data.executionId))
        return { whole: wholeJobOf(record, before.executions), change: { kind: 'nothing' } };
      const execution = viewRequested(event);
      const whole = wholeJobOf(record, [...before.executions, execution]);
      return { whole, change: { kind: 'execution', execution } };
    }
    case 'FileDeleted': {
      const { fileId } = event.data;
      const executions = before.executions.map((one) => (one.fileId === fileId ? removeExecution(one) : one));
      return { whole: wholeJobOf(record, executions), change: { kind: 'file-deleted', fileId } };
    }
    case 'JobDeleted':
      return { whole: wholeJobOf(record, []), change: { kind: 'deleted' } };
    case 'JobSubmitted':
      return { whole: wholeJobOf(record, before.executions), change: { kind: 'nothing' } };
    default:
      return event satisfies never;
  }
}

function afterExecutionEvent(before: WholeJob, execution: ExecutionView, event: RecordedExecutionEvent) {
  const after = foldExecution(execution, event);
  const executions = before.executions.map((one) => (one === execution ? after : one));
  const change: Change = after.removed ? { kind: 'nothing' } : { kind: 'execution', execution: after };
  return { whole: wholeJobOf(before.job, executions), change };
}

/**
 * The job after an event of one of its streams: `known` if it is in it already or of another job that had this id,
 * `gap` if events before it are missing. Events that were `read` one after another miss only what was truncated, which
 * no later event needs.
 */
export function changedBy(
  before: WholeJob,
  event: RecordedDomainEvent,
  came: 'read' | 'told',
): Changed | 'known' | 'gap' {
  if (event.uid !== before.job.uid) return 'known';
  if (!isOfExecution(event)) {
    const next = before.job.revision + 1;
    if (event.revision < next) return 'known';
    const follows = event.revision === next || event.type === 'JobDeleted' || came === 'read';
    return follows ? afterJobEvent(before, event) : 'gap';
  }
  const execution = before.executions.find(({ id }) => id === event.executionId);
  if (!execution) return 'gap';
  if (event.revision <= execution.revision) return 'known';
  // The deletion came before it, by another way.
  if (came === 'told' && isOfDeletion(event) && !execution.removed) return 'gap';
  const follows = event.revision === execution.revision + 1 || came === 'read';
  return follows ? afterExecutionEvent(before, execution, event) : 'gap';
}
