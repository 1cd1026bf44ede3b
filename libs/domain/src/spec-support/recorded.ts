import type { ExecutionEvent } from '../ocr-execution/events.ts';
import type { JobEvent } from '../ocr-job/events.ts';
import { UID } from '../ocr-job/spec-support/given.ts';
import type { RecordedExecutionEvent, RecordedJobEvent } from '../recorded.ts';

/** A time, so many seconds after a certain one. */
export const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second)).toISOString();

const common = {
  jobId: 7,
  uid: UID,
  schemaVersion: 1,
  caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
};

/** An event of job 7 as its stream has it; its time is that of its revision if nothing else is said. */
export const ofJob = (event: JobEvent, revision: number, second = revision): RecordedJobEvent =>
  ({ ...event, ...common, revision, recordedAt: at(second) }) as RecordedJobEvent;

/** An event of one of its executions. */
export const ofExecution = (
  event: ExecutionEvent,
  revision: number,
  executionId = 1,
  second = revision,
): RecordedExecutionEvent =>
  ({ ...event, ...common, executionId, revision, recordedAt: at(second) }) as RecordedExecutionEvent;
