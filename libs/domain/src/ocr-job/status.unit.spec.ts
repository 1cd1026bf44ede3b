import { describe, expect, it } from 'vitest';
import type { ExecutionStatus } from '../ocr-execution/status.ts';
import { emptyTally, jobStatus, tallyOf } from './status.ts';

const executions = (...all: [ExecutionStatus, attempt: number][]) =>
  all.map(([status, attempt]) => ({ status, attempt }));

describe('the status of a job', () => {
  it.each([
    ['pending', 'nothing has started', executions(['pending', 0], ['pending', 0])],
    ['pending', 'one was cancelled before anything started', executions(['cancelled', 0], ['pending', 0])],
    ['running', 'one runs', executions(['running', 1], ['pending', 0])],
    ['running', 'one waits for its retry', executions(['pending', 1])],
    ['running', 'one is done and another one waits', executions(['completed', 1], ['pending', 0])],
    ['running', 'one failed and another one runs', executions(['failed', 3], ['running', 1])],
    ['completed', 'all are final and one has a result', executions(['failed', 3], ['completed', 1])],
    ['completed', 'one has a result and one was cancelled', executions(['completed', 1], ['cancelled', 0])],
    ['failed', 'all failed', executions(['failed', 1], ['failed', 2])],
    ['failed', 'all were cancelled', executions(['cancelled', 0])],
    ['failed', 'there is nothing to wait for', executions()],
  ] as const)('is %s if %s', (expected, _case, all) => {
    expect(jobStatus(tallyOf(all))).toBe(expected);
    expect(jobStatus(tallyOf(all.toReversed()))).toBe(expected);
  });
});

it('counts executions by status, and whether one ever started', () => {
  expect(tallyOf([])).toEqual(emptyTally);
  expect(tallyOf(executions(['pending', 0], ['failed', 1], ['pending', 0]))).toEqual({
    ...emptyTally,
    pending: 2,
    failed: 1,
    started: true,
  });
});
