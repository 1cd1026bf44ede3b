import type {
  ExecutionCompleted,
  ExecutionFailed,
  ExecutionRetryScheduled,
  ExecutionStarted,
  JobFile,
} from './events.ts';

/** What may be asked of a job, by command type. */
export type JobCommand =
  | {
      readonly type: 'SubmitJob';
      readonly name: string;
      readonly files: readonly (Omit<JobFile, 'id'> & { readonly provider: string })[];
    }
  | {
      readonly type: 'RequestExecution';
      readonly fileId: number;
      readonly provider: string;
      /** As many as a job may have, over all of its files and of all times. */
      readonly maxExecutions: number;
    }
  | ({ readonly type: 'StartExecution' } & ExecutionStarted)
  | ({ readonly type: 'ScheduleRetry' } & ExecutionRetryScheduled)
  | ({ readonly type: 'CompleteExecution' } & ExecutionCompleted)
  | ({ readonly type: 'FailExecution' } & ExecutionFailed)
  | { readonly type: 'DeleteFile'; readonly fileId: number; readonly force: boolean; readonly reason: string }
  | { readonly type: 'DeleteJob'; readonly force: boolean; readonly reason: string };

/** Why a command was refused. Each service maps every code, exhaustively, to what it means for its caller. */
export type DomainErrorCode =
  | 'job_exists'
  | 'job_abandoned'
  | 'job_not_found'
  | 'file_not_found'
  | 'execution_not_found'
  | 'no_files'
  | 'too_many_executions'
  | 'execution_unfinished'
  | 'execution_final'
  | 'stale_attempt'
  | 'job_running';

export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: DomainErrorCode;

  constructor(code: DomainErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
