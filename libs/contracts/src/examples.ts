import type { JobEventData } from '@inkstream/domain';

const sha256 = '0f'.repeat(32);
const error = { code: 'rate_limited', message: 'Too many requests' } as const;

/** One event of each type, with every field that it may have. */
export const exampleEvents: { readonly [T in keyof JobEventData]: Required<JobEventData[T]> } = {
  JobSubmitted: {
    name: 'Trip to 東京',
    files: [
      {
        id: 1,
        originalName: 'a.png',
        mimeType: 'image/png',
        bytes: 0,
        sha256,
        storageKey: 'jobs/7/files/1',
      },
    ],
  },
  ExecutionRequested: { executionId: 1, fileId: 1, provider: 'mistral' },
  ExecutionStarted: { executionId: 1, attempt: 1, worker: 'ocr-mistral-1' },
  ExecutionRetryScheduled: { executionId: 1, attempt: 1, error, notBefore: '2026-11-24T12:01:00.000Z' },
  ExecutionCompleted: {
    executionId: 1,
    attempt: 2,
    resultKey: 'jobs/7/executions/1/result.json',
    resultBytes: 2,
    resultSha256: sha256,
    pages: 1,
    model: 'mistral-ocr-latest',
    durationMs: 12.5,
    usage: { inputTokens: 1, outputTokens: 2, pages: 1 },
    cost: { amount: '0.001', currency: 'USD' },
  },
  ExecutionFailed: { executionId: 1, attempt: 2, error },
  ExecutionCancelled: { executionId: 1, reason: 'The job was deleted' },
  FileDeleted: { fileId: 1, reason: 'asked for' },
  JobDeleted: { reason: 'asked for' },
};
