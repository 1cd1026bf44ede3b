/** Why a command was refused. Each service maps every code, exhaustively, to what it means for its caller. */
export type DomainErrorCode =
  | 'job_exists'
  | 'job_abandoned'
  | 'job_not_found'
  | 'file_not_found'
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
