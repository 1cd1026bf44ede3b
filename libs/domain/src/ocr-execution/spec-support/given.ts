import { expect } from 'vitest';
import type { DomainErrorCode } from '../../domain-error.ts';
import type { ExecutionCommand } from '../commands.ts';
import { decideExecution } from '../decide.ts';
import type { ExecutionErrorCode, ExecutionFault } from '../errors.ts';
import type { ExecutionCompleted, ExecutionEvent } from '../events.ts';
import { evolveExecution, requestedExecution } from '../state.ts';
import type { FinalStatus } from '../status.ts';

/** Given these events of a requested execution, when a command comes, then these events follow, or it is refused. */
export const given = (...events: ExecutionEvent[]) => ({
  when: (command: ExecutionCommand) => {
    const decided = () => decideExecution(command, events.reduce(evolveExecution, requestedExecution));
    return {
      follows: (...expected: ExecutionEvent[]) => expect(decided()).toEqual(expected),
      refused: (code: DomainErrorCode) => expect(decided).toThrow(expect.objectContaining({ code })),
    };
  },
});

export const fault: ExecutionFault = { code: 'timeout', message: 'No answer within 60 s' };
export const result: Omit<ExecutionCompleted, 'attempt'> = {
  resultKey: 'jobs/u/executions/1/result.json',
  resultBytes: 512,
  resultSha256: 'a'.repeat(64),
  pages: 1,
  model: 'test-1',
  durationMs: 90,
  usage: { inputTokens: 3 },
  cost: { amount: '0.01', currency: 'EUR' },
};
const notBefore = '2026-11-24T12:01:00.000Z';

/** Events by short names; what does not matter to a rule is filled in. */
export const started = (attempt = 1): ExecutionEvent => ({
  type: 'ExecutionStarted',
  data: { attempt, worker: 'worker-1' },
});
export const released = (attempt = 1): ExecutionEvent => ({ type: 'ExecutionReleased', data: { attempt } });
export const retryScheduled = (attempt = 1, code: ExecutionErrorCode = 'timeout'): ExecutionEvent => ({
  type: 'ExecutionRetryScheduled',
  data: { attempt, error: { ...fault, code }, notBefore },
});
export const completed = (attempt = 1): ExecutionEvent => ({
  type: 'ExecutionCompleted',
  data: { attempt, ...result },
});
export const failed = (attempt = 1): ExecutionEvent => ({
  type: 'ExecutionFailed',
  data: { attempt, error: fault },
});
export const cancelled = (attempt = 1, reason = 'asked for'): ExecutionEvent => ({
  type: 'ExecutionCancelled',
  data: { attempt, reason },
});
export const erased = (status: FinalStatus, attempt = 1): ExecutionEvent => ({
  type: 'ExecutionErased',
  data: { attempt, status },
});

/** Commands by short names. */
export const start = (attempt = 1): ExecutionCommand => ({
  type: 'StartExecution',
  attempt,
  worker: 'worker-1',
});
export const release = (attempt = 1): ExecutionCommand => ({ type: 'ReleaseExecution', attempt });
export const retry = (attempt = 1): ExecutionCommand => ({
  type: 'ScheduleRetry',
  attempt,
  error: fault,
  notBefore,
});
export const complete = (attempt = 1): ExecutionCommand => ({
  type: 'CompleteExecution',
  attempt,
  ...result,
});
export const fail = (attempt = 1): ExecutionCommand => ({ type: 'FailExecution', attempt, error: fault });
export const giveUp: ExecutionCommand = { type: 'GiveUpExecution', error: fault };
export const cancel: ExecutionCommand = { type: 'CancelExecution', reason: 'asked for' };
export const erase: ExecutionCommand = { type: 'EraseExecution', reason: 'asked for' };
