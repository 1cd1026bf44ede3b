import { DomainError, type DomainErrorCode } from '@inkstream/domain';
import { ConcurrencyError } from '@inkstream/event-store';
import { expect, test } from 'vitest';
import { withHttpErrors } from './domain-errors.ts';

const STATUSES: { readonly [Code in DomainErrorCode]: number } = {
  no_files: 400,
  too_many_executions: 400,
  job_not_found: 404,
  file_not_found: 404,
  job_exists: 409,
  execution_unfinished: 409,
  execution_final: 409,
  stale_attempt: 409,
  job_running: 409,
  job_abandoned: 503,
};

test.each(Object.entries(STATUSES))('%s is answered with %d', async (code, statusCode) => {
  const refused = Promise.reject(new DomainError(code as DomainErrorCode, 'why'));
  await expect(withHttpErrors(refused)).rejects.toMatchObject({ statusCode, message: 'why' });
});

test('a job that others never let go of is answered with 503', async () => {
  const refused = Promise.reject(new ConcurrencyError('ocrJob-1', 1, 2));
  await expect(withHttpErrors(refused)).rejects.toMatchObject({ statusCode: 503 });
});
