import type { ExecutionEvent } from './ocr-execution/events.ts';
import type { JobEvent } from './ocr-job/events.ts';

/** Who asked for what happened: every event records it, and passes it on to what follows from it. */
export type Caller = {
  readonly tenant: string;
  readonly actor: string;
  /** Of the HTTP request that it began with. */
  readonly requestId: string;
};

/**
 * What the store and the metadata add to an event. `uid` is the job's: an id may come twice, when an older log was
 * restored, a uid never does. `revision` is that in the event's stream, `recordedAt` ISO 8601 UTC, `schemaVersion` the
 * version that it was stored with.
 */
export type Recorded = {
  readonly jobId: number;
  readonly uid: string;
  readonly revision: number;
  readonly recordedAt: string;
  readonly schemaVersion: number;
  readonly caller: Caller;
};

export type RecordedJobEvent = JobEvent & Recorded;
export type RecordedExecutionEvent = ExecutionEvent & Recorded & { readonly executionId: number };
export type RecordedDomainEvent = RecordedJobEvent | RecordedExecutionEvent;
