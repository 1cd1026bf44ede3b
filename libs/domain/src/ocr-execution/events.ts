import type { AskedReading } from '../ocr-job/events.ts';
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

/** A reading of a document whose result is stored. */
export type Reading = {
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

/** Why a reading was not good enough: a field of a receipt that is missing, unsure, or failed a check; or pages that were not read. */
export type Shortcoming = {
  /** `missing`, `unsure`, `check_failed`, `pages_not_read`; later releases may have more. */
  readonly reason: string;
  /** The name of the field, if it is one. */
  readonly field?: string;
  /** Of a field that is unsure. */
  readonly confidence?: number;
  /** The code of the check that failed. */
  readonly check?: string;
};

/**
 * The attempt ended with a reading that is not good enough, or with none: the execution goes on with the next provider
 * that its request names, which the attempts after this one are of. What is asked of it is here once more, so that it
 * needs no other event.
 */
export type ExecutionHandedOver = Spent & {
  readonly attempt: number;
  readonly to: string;
  /** Empty if there is no reading. */
  readonly because: readonly Shortcoming[];
  /** It is kept until the execution ends, with this result or a better one. */
  readonly reading?: Reading;
  /** Why there is none. */
  readonly error?: ExecutionFault;
  /** As in the request, whose revision in the job's stream this is. */
  readonly asked: AskedReading & { readonly revision: number };
};

export type ExecutionCompleted = Spent &
  Reading & {
    readonly attempt: number;
    /** The attempt whose reading it is, if not this one: of an execution that was handed over for a better one. */
    readonly readIn?: number;
    /** Why the provider that was asked last has no reading, if that is why. */
    readonly despite?: ExecutionFault;
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
  ExecutionHandedOver: ExecutionHandedOver;
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
