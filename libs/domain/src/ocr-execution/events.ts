import type { ExecutionFault } from './errors.ts';
import type { FinalStatus } from './status.ts';

/** What an execution used, as far as the provider says. `cost` is in `currency`'s major unit, a decimal string. */
export type Usage = {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly pages?: number;
};
export type Cost = { readonly amount: string; readonly currency: string };
/** What was spent: on failed attempts too. `addSpent` adds it up. */
export type Spent = { readonly usage?: Usage; readonly cost?: Cost };

export type ExecutionStarted = {
  /** Counts from 1; a restart after a crash is a new attempt too. */
  readonly attempt: number;
  /** A random id for each process. */
  readonly worker: string;
};

/** The worker stopped in an orderly way before the attempt ended: the next one begins at once, and counts none against it. */
export type ExecutionReleased = { readonly attempt: number };

export type ExecutionRetryScheduled = Spent & {
  readonly attempt: number;
  readonly error: ExecutionFault;
  /** ISO 8601 UTC: the next attempt starts no earlier. */
  readonly notBefore: string;
};

export type ExecutionCompleted = Spent & {
  readonly attempt: number;
  readonly resultKey: string;
  readonly resultBytes: number;
  readonly resultSha256: string;
  readonly pages: number;
  /** How many of them could not be read; none if it is absent. */
  readonly pageErrors?: number;
  readonly model: string;
  readonly durationMs: number;
  /** Nothing was read: it is a copy of a result of the same bytes, and nothing was spent on it. */
  readonly reused?: true;
};

/** `attempt` is 0 if it never started. */
export type ExecutionFailed = Spent & { readonly attempt: number; readonly error: ExecutionFault };
/** What was spent is that of all attempts, since a deletion leaves this event alone. */
export type ExecutionCancelled = Spent & { readonly attempt: number; readonly reason: string };

/** All that is left of a finished execution whose file was deleted: how it had ended, and what all attempts had spent. */
export type ExecutionErased = Spent & { readonly attempt: number; readonly status: FinalStatus };

/** What can happen to an execution once it is requested, by event type. */
export type ExecutionEventData = {
  ExecutionStarted: ExecutionStarted;
  ExecutionReleased: ExecutionReleased;
  ExecutionRetryScheduled: ExecutionRetryScheduled;
  ExecutionCompleted: ExecutionCompleted;
  ExecutionFailed: ExecutionFailed;
  ExecutionCancelled: ExecutionCancelled;
  ExecutionErased: ExecutionErased;
};
export type ExecutionEventType = keyof ExecutionEventData;
export type ExecutionEvent = {
  [T in ExecutionEventType]: { readonly type: T; readonly data: ExecutionEventData[T] };
}[ExecutionEventType];

/** Whether this comes of nothing but a deletion, of which the job's own stream tells before. */
export const isOfDeletion = ({ type }: { readonly type: string }): boolean =>
  type === 'ExecutionCancelled' || type === 'ExecutionErased';
