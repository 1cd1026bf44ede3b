import { DomainError, type DomainErrorCode } from '@inkstream/domain';
import { ConcurrencyError } from '@inkstream/event-store';
import { HttpError } from '@inkstream/service-kit';

const COME_AGAIN = { 'Retry-After': '1' };

/** What each refusal of the domain is in HTTP. */
export function statusOf(code: DomainErrorCode): number {
  switch (code) {
    case 'no_files':
    case 'too_many_executions':
      return 400;
    case 'job_not_found':
    case 'file_not_found':
      return 404;
    case 'job_exists':
    case 'execution_unfinished':
    case 'execution_final':
    case 'stale_attempt':
    case 'job_running':
      return 409;
    case 'job_abandoned':
      return 503;
    default:
      return code satisfies never;
  }
}

/** Runs a command; what the domain refuses rejects as an `HttpError`, and 503 if others keep changing the job. */
export async function withHttpErrors<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    if (error instanceof DomainError) {
      const status = statusOf(error.code);
      throw new HttpError(status, error.message, status === 503 ? COME_AGAIN : {});
    }
    if (error instanceof ConcurrencyError)
      throw new HttpError(503, 'The job changes too fast; try again', COME_AGAIN);
    throw error;
  }
}
