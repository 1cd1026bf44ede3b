import type { ExecutionFault } from './errors.ts';
import type {
  ExecutionCompleted,
  ExecutionFailed,
  ExecutionReleased,
  ExecutionRetryScheduled,
  ExecutionStarted,
  Spent,
} from './events.ts';

/** What may be asked of an execution, by command type. */
export type ExecutionCommand =
  | ({ readonly type: 'StartExecution' } & ExecutionStarted)
  | ({ readonly type: 'ReleaseExecution' } & ExecutionReleased)
  | ({ readonly type: 'ScheduleRetry' } & ExecutionRetryScheduled)
  | ({ readonly type: 'CompleteExecution' } & ExecutionCompleted)
  | ({ readonly type: 'FailExecution' } & ExecutionFailed)
  /** Ends it whatever state it is in: its provider never will. */
  | (Spent & { readonly type: 'GiveUpExecution'; readonly error: ExecutionFault })
  | { readonly type: 'CancelExecution'; readonly reason: string }
  /** For a deletion: cancels it if it is not final, and leaves only how it ended if it is. */
  | { readonly type: 'EraseExecution'; readonly reason: string };
