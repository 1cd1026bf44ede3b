import type { ExecutionProgress } from '@inkstream/contracts';
import type { ExecutionView } from '@inkstream/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { LatestProgress } from './latest-progress.ts';

const at = '2026-11-24T18:05:09.123Z';
const view: ExecutionView = {
  jobId: 7,
  id: 1,
  uid: 'a',
  tenant: 'default',
  revision: 0,
  fileId: 1,
  ocrProvider: 'tesseract',
  status: 'running',
  attempt: 1,
  result: null,
  error: null,
  createdAt: at,
  updatedAt: at,
  removed: false,
};
const told = (more: Partial<ExecutionProgress> = {}): ExecutionProgress => ({
  jobId: 7,
  executionId: 1,
  uid: 'a',
  tenant: 'default',
  attempt: 1,
  pagesDone: 3,
  pages: 50,
  ...more,
});

let minutes: number;
let latest: LatestProgress;
beforeEach(() => {
  minutes = 0;
  latest = new LatestProgress(() => new Date(minutes * 60_000));
});

describe('the latest progress', () => {
  it('is what was told last of the attempt that runs', () => {
    expect(latest.of(view)).toBeUndefined();
    latest.tell(told());
    latest.tell(told({ pagesDone: 5 }));
    expect(latest.of(view)).toEqual({ pagesDone: 5, pages: 50 });
    for (const other of [{ status: 'pending' }, { status: 'completed' }, { removed: true }] as const)
      expect(latest.of({ ...view, ...other })).toBeUndefined();
    expect(latest.of({ ...view, attempt: 2 })).toBeUndefined();
    expect([...latest.among([view, { ...view, id: 2 }])]).toEqual([[1, { pagesDone: 5, pages: 50 }]]);
  });

  it('begins anew with an attempt, and is not what a worker tells that lost its own', () => {
    latest.tell(told({ pagesDone: 30 }));
    latest.tell(told({ attempt: 2, pagesDone: 20 }));
    latest.tell(told({ pagesDone: 31 }));
    latest.tell(told({ attempt: 2, pagesDone: 19 }));
    expect(latest.of({ ...view, attempt: 2 })).toEqual({ pagesDone: 20, pages: 50 });
  });

  it('is of one job, though another one has its id', () => {
    latest.tell(told());
    expect(latest.of({ ...view, uid: 'b' })).toBeUndefined();
  });

  it('is forgotten once the execution has ended', () => {
    latest.tell(told());
    latest.forget('a', 1);
    expect(latest.of(view)).toBeUndefined();
  });

  it('is kept of the 10,000 executions that were told of last, and for an hour', () => {
    latest.tell(told());
    latest.tell(told({ executionId: 2 }));
    latest.tell(told({ pagesDone: 4 }));
    for (let executionId = 3; executionId <= 10_001; executionId++) latest.tell(told({ executionId }));
    const kept = (id: number) => latest.of({ ...view, id }) !== undefined;
    expect([kept(1), kept(2), kept(3), kept(10_001)]).toEqual([true, false, true, true]);
    minutes = 60;
    latest.tell(told({ pagesDone: 6 }));
    expect([kept(1), kept(3)]).toEqual([true, true]);
    minutes = 61;
    latest.tell(told({ pagesDone: 7 }));
    expect([kept(1), kept(3), kept(10_001)]).toEqual([true, false, false]);
  });
});
