import { expect } from 'vitest';
import type { DomainErrorCode } from '../../domain-error.ts';
import type { ExecutionStatus } from '../../ocr-execution/status.ts';
import type { JobCommand, ReadExecutions } from '../commands.ts';
import { decideJob } from '../decide.ts';
import type { JobEvent, JobFile, StoredDocument } from '../events.ts';
import { absentJob, evolveJob, fencedJob, type JobState } from '../state.ts';

/** An event of the job, or a fence in its stream. */
export type Past = JobEvent | 'fence';

const after = (state: JobState, past: Past): JobState =>
  past === 'fence' ? fencedJob(state) : evolveJob(state, past);

/** Given these events, when a command comes, then these events follow, or the command is refused. */
export const given = (...events: Past[]) => ({
  when: (command: JobCommand) => {
    const decided = () => decideJob(command, events.reduce(after, absentJob));
    return {
      follows: (...expected: JobEvent[]) => expect(decided()).toEqual(expected),
      refused: (code: DomainErrorCode) => expect(decided).toThrow(expect.objectContaining({ code })),
    };
  },
});

export const UID = '01936000-0000-7000-8000-000000000001';

export const document = (id: number): StoredDocument => ({
  mimeType: 'image/png',
  bytes: 1_000 + id,
  sha256: String(id).repeat(64).slice(0, 64),
  storageKey: `jobs/${UID}/files/${id}`,
});
export const file = (id: number): JobFile => ({ id, originalName: `receipt-${id}.png`, ...document(id) });

/** What was read of the executions, from the first on: one that has started is in its first attempt. */
export const read = (...statuses: ExecutionStatus[]): ReadExecutions =>
  new Map(
    statuses.map((status, index) => [
      index + 1,
      { status, attempt: Number(!['pending', 'cancelled'].includes(status)) },
    ]),
  );

/** Events by short names; what does not matter to a rule is filled in. */
export const submitted = (...fileIds: number[]): Extract<JobEvent, { type: 'JobSubmitted' }> => ({
  type: 'JobSubmitted',
  data: { uid: UID, tenant: 'default', name: 'Trip', files: fileIds.map(file) },
});
export const requested = (executionId: number, fileId = executionId, provider = 'mistral'): JobEvent => ({
  type: 'ExecutionRequested',
  data: { executionId, fileId, provider, document: document(fileId) },
});
export const fileDeleted = (fileId: number, reason = 'asked for'): JobEvent => ({
  type: 'FileDeleted',
  data: { fileId, reason },
});
export const jobDeleted = (executions = 1, reason = 'asked for'): JobEvent => ({
  type: 'JobDeleted',
  data: { uid: UID, executions, reason },
});

/** A job of one file. */
export const open = [submitted(1), requested(1)];

/** Commands by short names. A file that several providers are asked for names them all: `a,b`. */
export const submit = (...providers: string[]): Extract<JobCommand, { type: 'SubmitJob' }> => ({
  type: 'SubmitJob',
  uid: UID,
  tenant: 'default',
  name: 'Trip',
  files: providers.map((provider, index) => {
    const { id: _, ...rest } = file(index + 1);
    return { ...rest, providers: provider.split(',') };
  }),
});
export const request = (
  fileId: number,
  executions: ReadExecutions,
  provider = 'mistral',
  maxExecutions = 1_000,
): JobCommand => ({ type: 'RequestExecution', fileId, provider, executions, maxExecutions });
export const deleteFile = (fileId: number, executions: ReadExecutions, force = false): JobCommand => ({
  type: 'DeleteFile',
  fileId,
  executions,
  force,
  reason: 'asked for',
});
export const deleteJob = (executions: ReadExecutions, force = false): JobCommand => ({
  type: 'DeleteJob',
  executions,
  force,
  reason: 'asked for',
});
