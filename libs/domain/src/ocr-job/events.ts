import type { ExecutionFault } from './execution-errors.ts';

/** A document as it was uploaded. `bytes` is its size, `sha256` lower-case hex, `storageKey` its object's key. */
export type JobFile = {
  readonly id: number;
  readonly originalName: string;
  readonly mimeType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly storageKey: string;
};

export type JobSubmitted = { readonly name: string; readonly files: readonly JobFile[] };

export type ExecutionRequested = {
  readonly executionId: number;
  readonly fileId: number;
  readonly provider: string;
};

export type ExecutionStarted = {
  readonly executionId: number;
  /** Counts from 1; a restart after a crash is a new attempt too. */
  readonly attempt: number;
  readonly worker: string;
};

export type ExecutionRetryScheduled = {
  readonly executionId: number;
  readonly attempt: number;
  readonly error: ExecutionFault;
  /** ISO 8601 UTC: the next attempt starts no earlier. */
  readonly notBefore: string;
};

/** What an execution used, as far as the provider says. `cost` is in `currency`'s major unit, a decimal string. */
export type Usage = {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly pages?: number;
};

export type ExecutionCompleted = {
  readonly executionId: number;
  readonly attempt: number;
  readonly resultKey: string;
  readonly resultBytes: number;
  readonly resultSha256: string;
  readonly pages: number;
  readonly model: string;
  readonly durationMs: number;
  readonly usage?: Usage;
  readonly cost?: { readonly amount: string; readonly currency: string };
};

export type ExecutionFailed = {
  readonly executionId: number;
  readonly attempt: number;
  readonly error: ExecutionFault;
};

export type ExecutionCancelled = { readonly executionId: number; readonly reason: string };
export type FileDeleted = { readonly fileId: number; readonly reason: string };
export type JobDeleted = { readonly reason: string };

/** What can happen to a job, by event type. */
export type JobEventData = {
  JobSubmitted: JobSubmitted;
  ExecutionRequested: ExecutionRequested;
  ExecutionStarted: ExecutionStarted;
  ExecutionRetryScheduled: ExecutionRetryScheduled;
  ExecutionCompleted: ExecutionCompleted;
  ExecutionFailed: ExecutionFailed;
  ExecutionCancelled: ExecutionCancelled;
  FileDeleted: FileDeleted;
  JobDeleted: JobDeleted;
};
export type JobEventType = keyof JobEventData;
export type JobEvent = {
  [T in JobEventType]: { readonly type: T; readonly data: JobEventData[T] };
}[JobEventType];
