import { describe, expect, it } from 'vitest';
import type { JobCommand } from './commands.ts';
import { decideJob } from './decide.ts';
import type { JobEvent } from './events.ts';
import {
  deleteFile,
  deleteJob,
  fileDeleted,
  given,
  jobDeleted,
  open,
  read,
  request,
  requested,
  submit,
  submitted,
} from './spec-support/given.ts';
import { absentJob, evolveJob } from './state.ts';

describe('what follows from a command on a job', () => {
  it('SubmitJob numbers files and executions from 1, and asks each file of its own provider', () =>
    given()
      .when(submit('mistral', 'openai'))
      .follows(submitted(1, 2), requested(1, 1, 'mistral'), requested(2, 2, 'openai')));

  it('SubmitJob asks several providers of one file in their order, and says how many executions that makes', () => {
    const { type, data } = submitted(1, 2);
    given()
      .when(submit('mistral,openai', 'mistral'))
      .follows(
        { type, data: { ...data, executions: 3 } },
        requested(1, 1, 'mistral'),
        requested(2, 1, 'openai'),
        requested(3, 2, 'mistral'),
      );
  });

  it('SubmitJob hands its priority on to each request, and names none by default', () => {
    const command = { ...submit('a', 'b'), priority: 'bulk' } as const;
    const priorities = (events: ReturnType<typeof decideJob>) =>
      events.flatMap((event) => (event.type === 'ExecutionRequested' ? [event.data.priority] : []));
    expect(priorities(decideJob(command, absentJob))).toEqual(['bulk', 'bulk']);
    expect(decideJob(submit('a'), absentJob)[1]?.data).not.toHaveProperty('priority');
  });

  it('asks `auto` of the first provider of its policy, and says when to ask the next; it is no twin of that one', () => {
    const escalation = { next: ['mistral'], fields: ['total'], confidence: 0.8 };
    const auto = { first: 'tesseract', ...escalation };
    const { type, data } = submitted(1);
    const { type: asks, data: asked } = requested(1, 1, 'tesseract');
    const byPolicy = { type: asks, data: { ...asked, escalation } } as JobEvent;
    given()
      .when({ ...submit('auto,tesseract'), auto })
      .follows({ type, data: { ...data, executions: 2 } }, byPolicy, requested(2, 1, 'tesseract'));
    given(submitted(1), byPolicy)
      .when(request(1, read('running'), 'tesseract'))
      .follows(requested(2, 1, 'tesseract'));
    given(submitted(1), byPolicy)
      .when({ ...request(1, read('running'), 'auto'), auto } as JobCommand)
      .refused('execution_unfinished');
  });

  it('asks for the selected pages of a file in ascending order, each once, and names none for all of them', () => {
    const pagesOf = (command: JobCommand, ...past: JobEvent[]) =>
      decideJob(command, past.reduce(evolveJob, absentJob)).flatMap((event) =>
        event.type === 'ExecutionRequested' ? [event.data.pages] : [],
      );
    const { files, ...rest } = submit('a,b', 'c', 'd');
    const selections = [[7, 1, 3, 1], []];
    const some = files.map((file, index) => ({ ...file, pages: selections[index] }));
    expect(pagesOf({ ...rest, files: some })).toEqual([[1, 3, 7], [1, 3, 7], undefined, undefined]);
    expect(JSON.stringify(decideJob({ ...rest, files: some }, absentJob)[0])).not.toContain('pages');
    const again = request(1, read('completed'), 'openai');
    expect(pagesOf(again, ...open)).toEqual([undefined]);
    expect(pagesOf(Object.assign(again, { pages: [2, 1] }), ...open)).toEqual([[1, 2]]);
  });

  it('names where the password of a file is, each execution its own, and reuses no result then', () => {
    const asks = (command: JobCommand, ...past: JobEvent[]) =>
      decideJob(command, past.reduce(evolveJob, absentJob)).flatMap((event) =>
        event.type === 'ExecutionRequested' ? [[event.data.passwordKey, event.data.reuse]] : [],
      );
    const { files, ...rest } = { ...submit('a,b', 'c'), reuseHours: 24 };
    const [first, second] = files;
    const locked = [{ ...first, passwordKeys: ['k/1', 'k/2'] }, second] as typeof files;
    const reuse = { hours: 24 };
    expect(asks({ ...rest, files: locked } as JobCommand)).toEqual([
      ['k/1', undefined],
      ['k/2', undefined],
      [undefined, reuse],
    ]);
    expect(JSON.stringify(decideJob({ ...rest, files: locked } as JobCommand, absentJob)[0])).not.toContain(
      'password',
    );
    const again = { ...request(1, read('completed'), 'openai'), reuseHours: 24 };
    expect(asks({ ...again, passwordKey: 'k/3' } as JobCommand, ...open)).toEqual([['k/3', undefined]]);
    expect(asks(again as JobCommand, ...open)).toEqual([[undefined, reuse]]);
  });

  it('RequestExecution takes the next id, whatever became of the earlier ones', () => {
    given(...open)
      .when(request(1, read('completed')))
      .follows(requested(2, 1));
    given(...open)
      .when(request(1, read('running'), 'openai'))
      .follows(requested(2, 1, 'openai'));
    given(submitted(1, 2), requested(1), requested(2), fileDeleted(2))
      .when(request(1, read('pending', 'cancelled'), 'openai'))
      .follows(requested(3, 1, 'openai'));
  });

  it('RequestExecution takes executions up to the limit, that one included', () => {
    given(...open)
      .when(request(1, read('completed'), 'openai', 2))
      .follows(requested(2, 1, 'openai'));
    given(...open, requested(2, 1, 'openai'))
      .when(request(1, read('completed', 'completed'), 'mistral', 2))
      .refused('too_many_executions');
  });

  it('takes an execution that was not read for one that waits: it was requested since', () => {
    given(...open)
      .when(request(1, read()))
      .refused('execution_unfinished');
    given(submitted(1, 2), requested(1), requested(2))
      .when(deleteJob(read('completed')))
      .refused('job_running');
  });

  it('DeleteFile takes a file that waits or is done, and with force one that is read', () => {
    given(submitted(1, 2), requested(1), requested(2))
      .when(deleteFile(1, read('pending', 'running')))
      .follows(fileDeleted(1));
    given(...open)
      .when(deleteFile(1, read('running'), true))
      .follows(fileDeleted(1));
    given(...open)
      .when(deleteFile(1, read('failed')))
      .follows(fileDeleted(1));
  });

  it('DeleteJob says whose objects and how many executions go with it', () => {
    given(submitted(1, 2), requested(1), requested(2))
      .when(deleteJob(read('pending', 'pending')))
      .follows(jobDeleted(2));
    given(...open)
      .when(deleteJob(read('running'), true))
      .follows(jobDeleted(1));
    given(...open)
      .when(deleteJob(read('completed')))
      .follows(jobDeleted(1));
  });

  it('DeleteJob needs no force while nothing has started, though an execution was cancelled', () =>
    given(submitted(1, 2), requested(1), requested(2), fileDeleted(1))
      .when(deleteJob(read('cancelled', 'pending')))
      .follows(jobDeleted(2)));
});
