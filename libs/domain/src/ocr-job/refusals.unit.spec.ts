import { describe, expect, it } from 'vitest';
import type { DomainErrorCode, JobCommand } from './commands.ts';
import {
  cancelled,
  complete,
  completed,
  deleteFile,
  deleteJob,
  fail,
  failed,
  fileDeleted,
  given,
  jobDeleted,
  type Past,
  request,
  requested,
  retry,
  retryScheduled,
  running,
  start,
  started,
  submit,
  submitted,
} from './spec-support/given.ts';

type Refusal = readonly [given: Past[], command: JobCommand];
const gone = [...running, cancelled(1), jobDeleted()];
const retrying = [...running, retryScheduled(1)];
const withoutFile = [submitted(1), requested(1), cancelled(1), fileDeleted(1)];

/** Every rule: by command, by the code of its refusal, the cases that break it. */
const refusals: {
  readonly [C in JobCommand['type']]: { readonly [E in DomainErrorCode]?: readonly Refusal[] };
} = {
  SubmitJob: {
    job_exists: [
      [running, submit('mistral')],
      [gone, submit('mistral')],
    ],
    job_abandoned: [
      [['fence'], submit('mistral')],
      [['fence', 'fence'], submit('mistral')],
      [['fence', ...running], submit('mistral')],
    ],
    no_files: [[[], submit()]],
  },
  RequestExecution: {
    job_not_found: [
      [[], request(1)],
      [gone, request(1)],
      [['fence'], request(1)],
    ],
    file_not_found: [
      [running, request(2)],
      [withoutFile, request(1)],
    ],
    too_many_executions: [
      [[...running, completed(1)], request(1, 'mistral', 1)],
      [[...running, cancelled(1), requested(2, 1, 'other')], request(1, 'mistral', 2)],
      [[submitted(1, 2), requested(1), requested(2), cancelled(1), fileDeleted(1)], request(2, 'other', 2)],
    ],
    execution_unfinished: [
      [[submitted(1), requested(1)], request(1)],
      [running, request(1)],
      [retrying, request(1)],
    ],
  },
  StartExecution: {
    job_not_found: [
      [[], start(1)],
      [gone, start(1, 2)],
    ],
    execution_not_found: [[running, start(2)]],
    execution_final: [
      [[...running, completed(1)], start(1, 2)],
      [[...running, failed(1)], start(1, 2)],
      [withoutFile, start(1)],
    ],
    stale_attempt: [
      [running, start(1, 1)],
      [running, start(1, 3)],
      [retrying, start(1, 1)],
      [[submitted(1), requested(1)], start(1, 0)],
    ],
  },
  ScheduleRetry: {
    job_not_found: [
      [[], retry(1)],
      [gone, retry(1)],
    ],
    execution_not_found: [[running, retry(2)]],
    execution_final: [[[...running, completed(1)], retry(1)]],
    stale_attempt: [
      [[submitted(1), requested(1)], retry(1)],
      [retrying, retry(1)],
      [[...running, started(1, 2)], retry(1)],
      [running, retry(1, 2)],
    ],
  },
  CompleteExecution: {
    job_not_found: [
      [[], complete(1)],
      [gone, complete(1)],
    ],
    execution_not_found: [[running, complete(2)]],
    execution_final: [
      [[...running, completed(1)], complete(1)],
      [[...running, failed(1)], complete(1)],
      [[...running, cancelled(1), fileDeleted(1)], complete(1)],
    ],
    stale_attempt: [
      [[submitted(1), requested(1)], complete(1)],
      [running, complete(1, 2)],
      [running, complete(1, 0)],
    ],
  },
  FailExecution: {
    job_not_found: [
      [[], fail(1)],
      [gone, fail(1)],
    ],
    execution_not_found: [[running, fail(2)]],
    execution_final: [[[...running, completed(1)], fail(1)]],
    stale_attempt: [
      [[...running, started(1, 2)], fail(1)],
      [retrying, fail(1)],
      [running, fail(1, 2)],
    ],
  },
  DeleteFile: {
    job_not_found: [
      [[], deleteFile(1)],
      [gone, deleteFile(1)],
    ],
    file_not_found: [
      [running, deleteFile(2)],
      [withoutFile, deleteFile(1)],
    ],
    job_running: [
      [running, deleteFile(1)],
      [retrying, deleteFile(1)],
    ],
  },
  DeleteJob: {
    job_not_found: [
      [[], deleteJob()],
      [gone, deleteJob(true)],
    ],
    job_running: [
      [running, deleteJob()],
      [retrying, deleteJob()],
    ],
  },
};

describe.each(Object.entries(refusals))('%s', (_command, byCode) => {
  it.each(Object.entries(byCode))('is refused as %s', (code, cases) => {
    expect(cases.length).toBeGreaterThan(0);
    for (const [events, command] of cases)
      given(...events)
        .when(command)
        .refused(code as DomainErrorCode);
  });
});

it('has a case for every code of a refusal', () => {
  const codes: { readonly [E in DomainErrorCode]: true } = {
    job_exists: true,
    job_abandoned: true,
    job_not_found: true,
    file_not_found: true,
    execution_not_found: true,
    no_files: true,
    too_many_executions: true,
    execution_unfinished: true,
    execution_final: true,
    stale_attempt: true,
    job_running: true,
  };
  const covered = Object.values(refusals).flatMap((byCode) => Object.keys(byCode));
  expect(new Set(covered)).toEqual(new Set(Object.keys(codes)));
});
