import { describe, expect, it } from 'vitest';
import type { JobEvent } from './events.ts';
import type { ExecutionErrorCode } from './execution-errors.ts';
import {
  cancelled,
  completed,
  failed,
  file,
  fileDeleted,
  jobDeleted,
  requested,
  retryScheduled,
  running,
  started,
  submitted,
} from './spec-support/given.ts';
import { absentJob, evolve, type OpenJob } from './state.ts';

const after = (...events: JobEvent[]) => events.reduce(evolve, absentJob);
const execution = (...events: JobEvent[]) => (after(...events) as OpenJob).executions.get(1);

describe('a job after its events', () => {
  it('is open once submitted', () => {
    expect(after(submitted(1), requested(1))).toEqual({
      status: 'open',
      name: 'Trip',
      files: new Map([[1, { ...file(1), deleted: false }]]),
      executions: new Map([
        [
          1,
          {
            id: 1,
            fileId: 1,
            provider: 'mistral',
            status: 'pending',
            attempt: 0,
            lost: 0,
            timeouts: 0,
            unavailable: 0,
            notBefore: null,
          },
        ],
      ]),
    });
  });

  it('has executions that run, wait for a retry, and end', () => {
    const notBefore = '2026-11-24T12:01:00.000Z';
    expect(execution(...running)).toMatchObject({ status: 'running', attempt: 1, notBefore: null });
    const waiting = [...running, retryScheduled(1)];
    expect(execution(...waiting)).toMatchObject({ status: 'pending', attempt: 1, notBefore });
    expect(execution(...waiting, started(1, 2))).toMatchObject({
      status: 'running',
      attempt: 2,
      notBefore: null,
    });
    expect(execution(...running, completed(1))).toMatchObject({ status: 'completed', attempt: 1 });
    expect(execution(...running, failed(1))).toMatchObject({ status: 'failed', attempt: 1 });
    expect(execution(...running, cancelled(1))).toMatchObject({ status: 'cancelled', attempt: 1 });
  });

  it('counts the attempts that were lost with their worker: another one started over them', () => {
    expect(execution(...running)).toMatchObject({ attempt: 1, lost: 0 });
    expect(execution(...running, started(1, 2), started(1, 3))).toMatchObject({ attempt: 3, lost: 2 });
    expect(execution(...running, retryScheduled(1), started(1, 2))).toMatchObject({ attempt: 2, lost: 0 });
  });

  it('counts the attempts that used up a time limit and were tried again', () => {
    const retry = (code: ExecutionErrorCode, attempt: number): JobEvent => {
      const error = { code, message: 'no' };
      return { type: 'ExecutionRetryScheduled', data: { executionId: 1, attempt, error, notBefore: '' } };
    };
    expect(execution(...running, retry('timeout', 1))).toMatchObject({ attempt: 1, timeouts: 1 });
    const more = [retry('internal_error', 1), started(1, 2), retry('timeout', 2), started(1, 3)];
    expect(execution(...running, ...more)).toMatchObject({ attempt: 3, timeouts: 1, lost: 0 });
  });

  it('counts the attempts that met a provider that was down as a whole', () => {
    const codes = [
      'rate_limited',
      'provider_unavailable',
      'credentials_rejected',
      'credit_exhausted',
      'timeout',
    ] as const;
    const events = codes.flatMap((code, index): JobEvent[] => {
      const [attempt, error] = [index + 1, { code, message: 'no' }];
      return [
        started(1, attempt),
        { type: 'ExecutionRetryScheduled', data: { executionId: 1, attempt, error, notBefore: '' } },
      ];
    });
    expect(execution(submitted(1), requested(1), ...events)).toMatchObject({
      attempt: 5,
      timeouts: 1,
      unavailable: 4,
    });
  });

  it('keeps the latest attempt where an earlier one completes', () =>
    expect(execution(...running, started(1, 2), completed(1, 1))).toMatchObject({ attempt: 2 }));

  it('remembers deleted files, since their ids are taken', () => {
    const job = after(submitted(1, 2), fileDeleted(1)) as OpenJob;
    expect([...job.files.values()].map(({ id, deleted }) => [id, deleted])).toEqual([
      [1, true],
      [2, false],
    ]);
  });

  it('is deleted for good, known events before or not', () => {
    expect(after(...running, jobDeleted())).toEqual({ status: 'deleted' });
    expect(after(jobDeleted())).toEqual({ status: 'deleted' });
    expect(after(jobDeleted(), ...running)).toEqual({ status: 'deleted' });
  });

  it.each([
    ['a second submission', submitted(7)],
    ['an id that is taken', requested(1, 1, 'openai')],
    ['a file that is not there', fileDeleted(9)],
    ['an execution that is not there', started(9)],
    ['an execution that is final', started(1, 2)],
  ])('is not changed by %s', (_case, event) => {
    const job = after(...running, completed(1));
    expect(evolve(job, event)).toEqual(job);
  });

  it('is not changed by anything before its submission', () =>
    expect(after(requested(1), started(1), fileDeleted(1))).toEqual(absentJob));

  it('leaves the state before as it was', () => {
    const before = after(...running) as OpenJob;
    evolve(evolve(before, completed(1)), fileDeleted(1));
    expect(before.executions.get(1)?.status).toBe('running');
    expect(before.files.get(1)?.deleted).toBe(false);
  });
});
