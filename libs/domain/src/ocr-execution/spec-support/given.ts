import { expect } from 'vitest';
import type { DomainErrorCode } from '../../domain-error.ts';
import type { ExecutionCommand } from '../commands.ts';
import { decideExecution } from '../decide.ts';
import type { ExecutionErrorCode, ExecutionFault } from '../errors.ts';
import type { ExecutionCompleted, ExecutionEvent, ExecutionHandedOver, Reading } from '../events.ts';
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
/** The reading that an attempt left, and an event that hands it over with so many shortcomings: none without a reading. */
export const readingOf = (attempt: number): Reading => {
  const { usage: _, cost: __, ...reading } = result;
  return { ...reading, resultKey: `jobs/u/executions/1/result-${attempt}.json` };
};
const handover = (attempt: number, shortcomings: number, to: string): ExecutionHandedOver => ({
  attempt,
  to,
  because: Array.from({ length: shortcomings }, () => ({ reason: 'missing', field: 'total' })),
  ...(shortcomings > 0 ? { reading: readingOf(attempt) } : { error: fault }),
  asked: {
    revision: 1,
    fileId: 1,
    document: { mimeType: 'image/png', bytes: 1, sha256: 'a'.repeat(64), storageKey: 'jobs/u/files/1' },
    escalation: { next: ['mistral', 'openai'], fields: ['total'], confidence: 0.8 },
  },
  cost: { amount: '0.02', currency: 'EUR' },
});
export const handedOver = (attempt = 1, shortcomings = 1, to = 'mistral'): ExecutionEvent => ({
  type: 'ExecutionHandedOver',
  data: handover(attempt, shortcomings, to),
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
export const start = (attempt = 1, after = 0): ExecutionCommand => ({
  type: 'StartExecution',
  attempt,
  worker: 'worker-1',
  ...(after > 0 && { after }),
});
export const release = (attempt = 1): ExecutionCommand => ({ type: 'ReleaseExecution', attempt });
export const retry = (attempt = 1): ExecutionCommand => ({
  type: 'ScheduleRetry',
  attempt,
  error: fault,
  notBefore,
});
export const complete = (attempt = 1, shortcomings = 0): ExecutionCommand => ({
  type: 'CompleteExecution',
  attempt,
  ...result,
  ...(shortcomings > 0 && { shortcomings }),
});
export const handOver = (attempt = 1, shortcomings = 1, to = 'mistral'): ExecutionCommand => ({
  type: 'HandOverExecution',
  ...handover(attempt, shortcomings, to),
});
export const fail = (attempt = 1): ExecutionCommand => ({ type: 'FailExecution', attempt, error: fault });
export const giveUp: ExecutionCommand = { type: 'GiveUpExecution', error: fault };
export const cancel: ExecutionCommand = { type: 'CancelExecution', reason: 'asked for' };
export const erase: ExecutionCommand = { type: 'EraseExecution', reason: 'asked for' };
