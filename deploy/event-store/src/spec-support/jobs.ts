import { type ExecutionCommand, executionObjects, type JobCommand, jobObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { executeOnExecution, executeOnJob } from '@inkstream/job-store';

const caller = { tenant: 'default', actor: 'test', requestId: 'test' };
const sha256 = '0'.repeat(64);

export const uidOf = (n: number): string => `0193b1c4-0000-7000-8000-${String(n).padStart(12, '0')}`;
export const fileKey = (uid: string, fileId: number): string => `${jobObjects(uid)}files/${fileId}`;
export const resultKey = (uid: string, executionId: number): string =>
  `${executionObjects(uid, executionId)}result.json`;

/** A log whose jobs a spec writes. */
export const jobsIn = (store: EventStore) => {
  const onJob = (id: number, command: JobCommand) => executeOnJob(store, id, command, { caller });
  const onExecution = (id: number, uid: string, executionId: number, command: ExecutionCommand) =>
    executeOnExecution(store, { jobId: id, executionId }, command, { uid, caller });
  return {
    submit: (id: number, names: readonly string[] = [`${id}.png`], uid = uidOf(id)) =>
      onJob(id, {
        type: 'SubmitJob',
        uid,
        tenant: caller.tenant,
        name: `Job ${id}`,
        files: names.map((originalName, index) => ({
          originalName,
          mimeType: 'image/png',
          bytes: 1,
          sha256,
          storageKey: fileKey(uid, index + 1),
          providers: ['words'],
        })),
      }),
    requestAgain: (id: number, provider: string) =>
      onJob(id, {
        type: 'RequestExecution',
        fileId: 1,
        provider,
        executions: new Map([[1, { status: 'completed', attempt: 1 }]]),
        maxExecutions: 9,
      }),
    deleteJob: (id: number) =>
      onJob(id, { type: 'DeleteJob', executions: new Map(), force: true, reason: 'asked' }),
    deleteFile: (id: number, fileId: number) =>
      onJob(id, { type: 'DeleteFile', fileId, executions: new Map(), force: true, reason: 'asked' }),
    start: (id: number, executionId = 1, uid = uidOf(id)) =>
      onExecution(id, uid, executionId, { type: 'StartExecution', attempt: 1, worker: 'w' }),
    async complete(id: number, executionId = 1, uid = uidOf(id)) {
      await this.start(id, executionId, uid);
      await onExecution(id, uid, executionId, {
        type: 'CompleteExecution',
        attempt: 1,
        resultKey: resultKey(uid, executionId),
        resultBytes: 1,
        resultSha256: sha256,
        pages: 1,
        model: 'm',
        durationMs: 1,
      });
    },
  };
};
