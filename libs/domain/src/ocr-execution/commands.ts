import type { ExecutionFault } from './errors.ts';
import type {
  ExecutionCompleted,
  ExecutionFailed,
  ExecutionHandedOver,
  ExecutionReleased,
  ExecutionRetryScheduled,
  ExecutionStarted,
  Spent,
} from './events.ts';

/** What the pages that are there say that attempts have spent on them, by attempt: those that were settled included. */
export type Bought = { readonly bought?: ReadonlyMap<number, Spent> | undefined };

/** What may be asked of an execution, by command type. */
export type ExecutionCommand =
  /** `after`: the attempts before those of its provider, as the caller knows; none if it is absent. */
  | ({ readonly type: 'StartExecution'; readonly after?: number } & ExecutionStarted)
  | ({ readonly type: 'ReleaseExecution' } & ExecutionReleased)
  | ({ readonly type: 'ScheduleRetry' } & ExecutionRetryScheduled)
  | ({ readonly type: 'HandOverExecution' } & ExecutionHandedOver)
  /** `shortcomings`: how many the reading has, none if it is absent. One before it that has fewer is the result. */
  | ({ readonly type: 'CompleteExecution'; readonly shortcomings?: number } & Omit<
      ExecutionCompleted,
      'readIn' | 'despite'
    >)
  | ({ readonly type: 'FailExecution' } & ExecutionFailed)
  /** Ends it whatever state it is in: its provider never will. */
  | (Spent & Bought & { readonly type: 'GiveUpExecution'; readonly error: ExecutionFault })
  | (Bought & { readonly type: 'CancelExecution'; readonly reason: string })
  /** For a deletion: cancels it if it is not final, and leaves only how it ended if it is. */
  | (Bought & { readonly type: 'EraseExecution'; readonly reason: string });
