import { describe, expect, it } from 'vitest';
import type { DomainErrorCode } from '../domain-error.ts';
import type { JobCommand } from './commands.ts';
import {
  deleteFile,
  deleteJob,
  fileDeleted,
  given,
  jobDeleted,
  open,
  type Past,
  read,
  request,
  requested,
  submit,
  submitted,
} from './spec-support/given.ts';

type Refusal = readonly [given: Past[], command: JobCommand];
const gone = [...open, jobDeleted()];
const withoutFile = [...open, fileDeleted(1)];
/** In its first attempt, or waiting for its second one. */
const atWork = [read('running'), new Map([[1, { status: 'pending', attempt: 1 } as const]])];

/** Every rule: by command, by the code of its refusal, the cases that break it. */
const refusals: {
  readonly [C in JobCommand['type']]: { readonly [E in DomainErrorCode]?: readonly Refusal[] };
} = {
  SubmitJob: {
    job_exists: [
      [open, submit('mistral')],
      [gone, submit('mistral')],
    ],
    job_abandoned: [
      [['fence'], submit('mistral')],
      [['fence', 'fence'], submit('mistral')],
      [['fence', ...open], submit('mistral')],
    ],
    no_files: [[[], submit()]],
  },
  RequestExecution: {
    job_not_found: [
      [[], request(1, read())],
      [gone, request(1, read())],
      [['fence'], request(1, read())],
    ],
    file_not_found: [
      [open, request(2, read())],
      [withoutFile, request(1, read('cancelled'))],
    ],
    too_many_executions: [
      [open, request(1, read('completed'), 'mistral', 1)],
      [[...open, requested(2, 1, 'other')], request(1, read('cancelled'), 'mistral', 2)],
      [
        [submitted(1, 2), requested(1), requested(2), fileDeleted(1)],
        request(2, read('cancelled', 'completed'), 'other', 2),
      ],
    ],
    execution_unfinished: [
      [open, request(1, read('pending'))],
      ...atWork.map((executions): Refusal => [open, request(1, executions)]),
    ],
  },
  DeleteFile: {
    job_not_found: [
      [[], deleteFile(1, read())],
      [gone, deleteFile(1, read('cancelled'))],
    ],
    file_not_found: [
      [open, deleteFile(2, read('completed'))],
      [withoutFile, deleteFile(1, read('cancelled'))],
    ],
    job_running: atWork.map((executions): Refusal => [open, deleteFile(1, executions)]),
  },
  DeleteJob: {
    job_not_found: [
      [[], deleteJob(read())],
      [gone, deleteJob(read('cancelled'), true)],
    ],
    job_running: atWork.map((executions): Refusal => [open, deleteJob(executions)]),
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
