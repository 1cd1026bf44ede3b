import { expect } from 'vitest';
import type { DomainErrorCode, JobCommand } from '../commands.ts';
import { decide } from '../decide.ts';
import type { ExecutionCompleted, JobEvent, JobFile } from '../events.ts';
import type { ExecutionFault } from '../execution-errors.ts';
import { absentJob, evolve, fenced, type JobState } from '../state.ts';

/** An event of the job, or a fence in its stream. */
export type Past = JobEvent | 'fence';

const after = (state: JobState, past: Past): JobState =>
  past === 'fence' ? fenced(state) : evolve(state, past);

/** Given these events, when a command comes, then these events follow, or the command is refused. */
export const given = (...events: Past[]) => ({
  when: (command: JobCommand) => {
    const decided = () => decide(command, events.reduce(after, absentJob));
    return {
      gives: (...expected: JobEvent[]) => expect(decided()).toEqual(expected),
      refused: (code: DomainErrorCode) => expect(decided).toThrow(expect.objectContaining({ code })),
    };
  },
});

export const file = (id: number): JobFile => ({
  id,
  originalName: `receipt-${id}.png`,
  mimeType: 'image/png',
  bytes: 1_000 + id,
  sha256: String(id).repeat(64).slice(0, 64),
  storageKey: `jobs/1/files/${id}`,
});

export const fault: ExecutionFault = { code: 'timeout', message: 'No answer within 60 s' };

export const result: Omit<ExecutionCompleted, 'executionId' | 'attempt'> = {
  resultKey: 'jobs/1/executions/1/result.json',
  resultBytes: 512,
  resultSha256: 'a'.repeat(64),
  pages: 1,
  model: 'test-1',
  durationMs: 90,
  usage: { inputTokens: 3 },
  cost: { amount: '0.01', currency: 'EUR' },
};

/** Events by short names; what does not matter to a rule is filled in. */
export const submitted = (...fileIds: number[]): JobEvent => ({
  type: 'JobSubmitted',
  data: { name: 'Trip', files: fileIds.map(file) },
});
export const requested = (executionId: number, fileId = executionId, provider = 'mistral'): JobEvent => ({
  type: 'ExecutionRequested',
  data: { executionId, fileId, provider },
});
export const started = (executionId: number, attempt = 1): JobEvent => ({
  type: 'ExecutionStarted',
  data: { executionId, attempt, worker: 'worker-1' },
});
export const retryScheduled = (executionId: number, attempt = 1): JobEvent => ({
  type: 'ExecutionRetryScheduled',
  data: { executionId, attempt, error: fault, notBefore: '2026-11-24T12:01:00.000Z' },
});
export const completed = (executionId: number, attempt = 1): JobEvent => ({
  type: 'ExecutionCompleted',
  data: { executionId, attempt, ...result },
});
export const failed = (executionId: number, attempt = 1): JobEvent => ({
  type: 'ExecutionFailed',
  data: { executionId, attempt, error: fault },
});
export const cancelled = (executionId: number, reason = 'asked for'): JobEvent => ({
  type: 'ExecutionCancelled',
  data: { executionId, reason },
});
export const fileDeleted = (fileId: number, reason = 'asked for'): JobEvent => ({
  type: 'FileDeleted',
  data: { fileId, reason },
});
export const jobDeleted = (reason = 'asked for'): JobEvent => ({ type: 'JobDeleted', data: { reason } });

/** A job of one file, whose execution has started. */
export const running = [submitted(1), requested(1), started(1)];

/** Commands by short names. */
export const submit = (...providers: string[]): JobCommand => ({
  type: 'SubmitJob',
  name: 'Trip',
  files: providers.map((provider, index) => {
    const { id: _, ...rest } = file(index + 1);
    return { ...rest, provider };
  }),
});
export const request = (fileId: number, provider = 'mistral', maxExecutions = 1_000): JobCommand => ({
  type: 'RequestExecution',
  fileId,
  provider,
  maxExecutions,
});
export const start = (executionId: number, attempt = 1): JobCommand => ({
  type: 'StartExecution',
  executionId,
  attempt,
  worker: 'worker-1',
});
export const retry = (executionId: number, attempt = 1): JobCommand => ({
  type: 'ScheduleRetry',
  executionId,
  attempt,
  error: fault,
  notBefore: '2026-11-24T12:01:00.000Z',
});
export const complete = (executionId: number, attempt = 1): JobCommand => ({
  type: 'CompleteExecution',
  executionId,
  attempt,
  ...result,
});
export const fail = (executionId: number, attempt = 1): JobCommand => ({
  type: 'FailExecution',
  executionId,
  attempt,
  error: fault,
});
export const deleteFile = (fileId: number, force = false): JobCommand => ({
  type: 'DeleteFile',
  fileId,
  force,
  reason: 'asked for',
});
export const deleteJob = (force = false): JobCommand => ({ type: 'DeleteJob', force, reason: 'asked for' });
