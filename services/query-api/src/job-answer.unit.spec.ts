import { jobSchema } from '@inkstream/contracts';
import { type ExecutionView, emptyTally } from '@inkstream/domain';
import type { WholeJob } from '@inkstream/job-store';
import { describe, expect, it } from 'vitest';
import { toExecution, toJob } from './job-answer.ts';

const at = '2026-11-24T18:05:09.123Z';
const uid = '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071';
const execution: ExecutionView = {
  jobId: 7,
  id: 1,
  uid,
  tenant: 'default',
  revision: 1,
  fileId: 1,
  status: 'completed',
  ocrProvider: 'tesseract',
  attempt: 1,
  result: {
    resultKey: 'result.json',
    resultBytes: 2,
    resultSha256: '0'.repeat(64),
    pages: 1,
    model: 'm',
    durationMs: 1,
  },
  error: null,
  createdAt: at,
  updatedAt: at,
  removed: false,
};
const file = {
  id: 1,
  originalName: 'a.jpg',
  mimeType: 'image/jpeg',
  bytes: 3,
  sha256: '0'.repeat(64),
  storageKey: `jobs/${uid}/files/1`,
};
const whole: WholeJob = {
  job: {
    id: 7,
    uid,
    tenant: 'default',
    revision: 2,
    deleted: false,
    name: 'Lunch',
    createdAt: at,
    changedAt: at,
    updatedAt: at,
    status: 'completed',
    tally: { ...emptyTally, completed: 2, started: true },
    files: [file],
  },
  executions: [execution, { ...execution, id: 2, fileId: 2, removed: true }],
};

describe('the answer', () => {
  it('has the fields that clients know and no others, and nothing of deleted files', () => {
    const job = toJob(whole, new Map());
    expect(job).toEqual({
      id: 7,
      name: 'Lunch',
      status: 'completed',
      createdAt: at,
      updatedAt: at,
      files: [
        {
          id: 1,
          originalName: 'a.jpg',
          storageKey: file.storageKey,
          executions: [
            {
              id: 1,
              status: 'completed',
              ocrProvider: 'tesseract',
              ocrData: null,
              createdAt: at,
              updatedAt: at,
            },
          ],
        },
      ],
    });
    expect(jobSchema.safeParse(job).success).toBe(true);
  });

  it('says of a result that it is reused, and nothing of one that was read', () => {
    const { result } = execution;
    expect(toExecution({ ...execution, result: result && { ...result, reused: true } })).toMatchObject({
      reused: true,
    });
    expect(toExecution(execution)).not.toHaveProperty('reused');
  });

  it('has the result as text, and an error in the place of one that cannot be read', () => {
    expect(toExecution(execution, { result: { text: '{}' } })).toMatchObject({ ocrData: '{}' });
    expect(toExecution(execution, { result: { text: '{}' } })).not.toHaveProperty('error');
    expect(toExecution(execution, { result: 'unreadable' })).toMatchObject({
      status: 'completed',
      ocrData: null,
      error: { code: 'result_unreadable' },
    });
  });

  it('has the fault of a failed execution', () => {
    const error = { code: 'timeout', message: 'late' } as const;
    expect(toExecution({ ...execution, status: 'failed', result: null, error })).toMatchObject({
      status: 'failed',
      ocrData: null,
      error,
    });
  });
});
