import type { ExecutionCommand, JobCommand, ReadExecutions } from '@inkstream/domain';
import type { AppendContext } from '../stored-events.ts';

export const UID = '01936000-0000-7000-8000-000000000001';
export const context: AppendContext = {
  uid: UID,
  caller: { tenant: 'default', actor: 'anonymous', requestId: 'r' },
};

const file = { originalName: 'a.png', mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64) };
export const submit = (files = 1): JobCommand => ({
  type: 'SubmitJob',
  uid: UID,
  tenant: 'default',
  name: 'Trip',
  files: Array.from({ length: files }, (_, n) => ({
    ...file,
    storageKey: `jobs/${UID}/files/${n + 1}`,
    providers: ['mistral'],
  })),
});
export const request = (
  provider: string,
  maxExecutions = 1_000,
  executions: ReadExecutions = new Map(),
): JobCommand => ({ type: 'RequestExecution', fileId: 1, provider, executions, maxExecutions });
export const deleteJob: JobCommand = {
  type: 'DeleteJob',
  executions: new Map(),
  force: true,
  reason: 'asked for',
};
export const deleteFile = (fileId: number): JobCommand => ({
  type: 'DeleteFile',
  fileId,
  executions: new Map(),
  force: true,
  reason: 'asked for',
});

export const start = (worker: string, attempt = 1): ExecutionCommand => ({
  type: 'StartExecution',
  attempt,
  worker,
});
export const complete = (attempt = 1): ExecutionCommand => ({
  type: 'CompleteExecution',
  attempt,
  resultKey: 'r',
  resultBytes: 1,
  resultSha256: '0'.repeat(64),
  pages: 1,
  model: 'm',
  durationMs: 1,
});
