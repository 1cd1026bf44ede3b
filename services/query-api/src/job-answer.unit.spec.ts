import { jobSchema } from '@inkstream/contracts';
import type { ExecutionView, JobView } from '@inkstream/domain';
import { describe, expect, it } from 'vitest';
import { toJob } from './job-answer.ts';

const at = '2026-11-24T18:05:09.123Z';
const execution: ExecutionView = {
  id: 1,
  status: 'completed',
  ocrProvider: 'tesseract',
  attempt: 1,
  result: {
    resultKey: 'jobs/7/executions/1/result.json',
    resultBytes: 2,
    resultSha256: '0'.repeat(64),
    pages: 1,
    model: 'm',
    durationMs: 1,
  },
  error: null,
  createdAt: at,
  updatedAt: at,
};
const view = (change: Partial<ExecutionView> = {}): JobView => ({
  id: 7,
  revision: 4,
  deleted: false,
  name: 'Lunch',
  status: 'completed',
  createdAt: at,
  updatedAt: at,
  removed: [{ status: 'failed', attempt: 1 }],
  files: [
    {
      id: 1,
      originalName: 'a.jpg',
      mimeType: 'image/jpeg',
      bytes: 3,
      sha256: '0'.repeat(64),
      storageKey: 'jobs/7/files/1',
      executions: [{ ...execution, ...change }],
    },
  ],
});
const answered = (job: JobView, results: ReadonlyMap<number, string | null>) =>
  toJob(job, results).files[0]?.executions[0];

describe('toJob', () => {
  it('gives clients the fields that they know and no others', () => {
    const job = toJob(view(), new Map([[1, '{}']]));
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
          storageKey: 'jobs/7/files/1',
          executions: [
            {
              id: 1,
              status: 'completed',
              ocrProvider: 'tesseract',
              ocrData: '{}',
              createdAt: at,
              updatedAt: at,
            },
          ],
        },
      ],
    });
    expect(jobSchema.safeParse(job).success).toBe(true);
  });

  it('has no ocrData where none was loaded, and no error for that', () => {
    expect(answered(view(), new Map())).toMatchObject({ ocrData: null });
    expect(answered(view(), new Map())).not.toHaveProperty('error');
  });

  it('has an error in the place of a result that can not be read', () => {
    expect(answered(view(), new Map([[1, null]]))).toMatchObject({
      status: 'completed',
      ocrData: null,
      error: { code: 'result_unreadable' },
    });
  });

  it('has the fault of a failed execution', () => {
    const error = { code: 'timeout', message: 'late' } as const;
    expect(answered(view({ status: 'failed', result: null, error }), new Map())).toMatchObject({
      status: 'failed',
      ocrData: null,
      error,
    });
  });
});
