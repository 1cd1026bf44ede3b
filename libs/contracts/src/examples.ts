import type { ExecutionEventData, JobEventData } from '@inkstream/domain';

const sha256 = '0f'.repeat(32);
const uid = '0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071';
const error = { code: 'rate_limited', message: 'Too many requests' } as const;
const document = { mimeType: 'image/png', bytes: 0, sha256, storageKey: `jobs/${uid}/files/1` };
const spent = {
  usage: { inputTokens: 1, outputTokens: 2, pages: 1 },
  cost: { amount: '0.001', currency: 'USD' },
};

const asked = {
  fileId: 1,
  document,
  priority: 'bulk',
  pages: [1, 3],
  passwordKey: `passwords/${uid}/1/0193b1c4-0000-7f80-9a1b-2c3d4e5f6072`,
  reuse: { hours: 24, anew: true },
  escalation: { next: ['mistral'], fields: ['total', 'date'], confidence: 0.8 },
} as const;
const reading = {
  resultKey: `jobs/${uid}/executions/1/result-2.json`,
  resultBytes: 2,
  resultSha256: sha256,
  pages: 1,
  pageErrors: 1,
  model: 'mistral-ocr-latest',
  durationMs: 12.5,
  reused: true,
} as const;

type EventData = JobEventData & ExecutionEventData;

/** One event of each type, with every field that it may have. */
export const exampleEvents: { readonly [T in keyof EventData]: Required<EventData[T]> } = {
  JobSubmitted: {
    uid,
    tenant: 'default',
    name: 'Trip to 東京',
    files: [{ id: 1, originalName: 'a.png', ...document }],
    executions: 2,
  },
  ExecutionRequested: { executionId: 1, provider: 'paddle-ocr-local', ...asked },
  FileDeleted: { fileId: 1, reason: 'asked for' },
  JobDeleted: { uid, executions: 3, reason: 'asked for' },
  ExecutionStarted: { attempt: 1, worker: '0193b1c4-0000-7f80-9a1b-2c3d4e5f6071' },
  ExecutionReleased: { attempt: 1 },
  ExecutionRetryScheduled: { attempt: 1, error, notBefore: '2026-11-24T12:01:00.000Z', ...spent },
  ExecutionHandedOver: {
    attempt: 2,
    to: 'mistral',
    because: [
      { reason: 'unsure', field: 'total', confidence: 0.61 },
      { reason: 'check_failed', field: 'total', check: 'sums' },
    ],
    reading,
    error,
    asked: { revision: 1, ...asked },
    ...spent,
  },
  ExecutionCompleted: { attempt: 3, ...reading, readIn: 2, despite: error, ...spent },
  ExecutionFailed: { attempt: 2, error, ...spent },
  ExecutionCancelled: { attempt: 0, reason: 'The job was deleted', ...spent },
  ExecutionErased: { attempt: 1, status: 'completed', ...spent },
};
