import { describe, expect, it } from 'vitest';
import type { ExecutionEvent } from './events.ts';
import {
  cancelled,
  completed,
  erased,
  failed,
  released,
  retryScheduled,
  started,
} from './spec-support/given.ts';
import { evolveExecution, requestedExecution } from './state.ts';
import { EXECUTION_STATUSES, isFinal } from './status.ts';

const after = (...events: ExecutionEvent[]) => events.reduce(evolveExecution, requestedExecution);

describe('an execution after its events', () => {
  it('runs, waits for a retry, and ends', () => {
    const notBefore = '2026-11-24T12:01:00.000Z';
    expect(after(started())).toMatchObject({ status: 'running', attempt: 1, notBefore: null });
    const waiting = [started(), retryScheduled()];
    expect(after(...waiting)).toMatchObject({ status: 'pending', attempt: 1, notBefore });
    expect(after(...waiting, started(2))).toMatchObject({ status: 'running', attempt: 2, notBefore: null });
    expect(after(started(), completed())).toMatchObject({ status: 'completed', attempt: 1 });
    expect(after(started(), failed())).toMatchObject({ status: 'failed', attempt: 1 });
    expect(after(started(), cancelled())).toMatchObject({ status: 'cancelled', attempt: 1 });
    expect(after(...waiting, cancelled())).toMatchObject({ status: 'cancelled', notBefore: null });
  });

  it('counts the attempts that were lost with their worker: another one started over them', () => {
    expect(after(started())).toMatchObject({ attempt: 1, lost: 0 });
    expect(after(started(), started(2), started(3))).toMatchObject({ attempt: 3, lost: 2 });
    expect(after(started(), retryScheduled(), started(2))).toMatchObject({ attempt: 2, lost: 0 });
  });

  it('counts the attempts that a worker gave back as no lost ones', () =>
    expect(after(started(), released(), started(2), released(2))).toMatchObject({
      status: 'pending',
      attempt: 2,
      lost: 0,
      released: 2,
    }));

  it('counts the attempts that used up a time limit and were tried again', () => {
    const more = [retryScheduled(1, 'internal_error'), started(2), retryScheduled(2, 'timeout'), started(3)];
    expect(after(started(), ...more)).toMatchObject({ attempt: 3, timeouts: 1, lost: 0 });
  });

  it('keeps the latest attempt if an earlier one completes', () =>
    expect(after(started(), started(2), completed(1))).toMatchObject({ attempt: 2 }));

  it.each([started(2), failed(), cancelled(), retryScheduled(), released()])(
    'is not changed once it is final by $type',
    (event) => expect(after(started(), completed(), event)).toEqual(after(started(), completed())),
  );

  it('is as it had ended once it is erased, known events before or not', () => {
    expect(after(started(), completed(), erased('completed'))).toMatchObject({
      status: 'completed',
      erased: true,
    });
    expect(after(erased('failed', 3))).toMatchObject({ status: 'failed', attempt: 3, erased: true });
  });
});

it('is final once completed, failed or cancelled', () =>
  expect(EXECUTION_STATUSES.filter(isFinal)).toEqual(['completed', 'failed', 'cancelled']));
