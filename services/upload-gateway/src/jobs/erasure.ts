import {
  type Caller,
  executionObjects,
  jobObjects,
  jobStream,
  type OpenJob,
  passwordObjects,
  pictureObjects,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { eraseExecutions, forgetExecutions, forgetReusable, forgetReusableOf } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { currentTraceparent } from '@inkstream/service-kit';

export interface ErasureStores {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
}

/** A job whose deletion is in its stream at `deletedAt`; it had executions 1 to `executions`. */
export interface JobErasure {
  readonly jobId: number;
  readonly uid: string;
  readonly executions: number;
  readonly deletedAt: number;
  readonly reason: string;
  readonly caller: Caller;
}

/** A file whose deletion is in the stream of its job, which lives on. */
export interface FileErasure {
  readonly jobId: number;
  readonly fileId: number;
  readonly job: OpenJob;
  readonly reason: string;
  readonly caller: Caller;
}

/**
 * Removes every byte of a deleted job: first its executions are ended, so that no worker completes one any more, then
 * the bytes go. Of its streams nothing but their last events is kept, and fences. Safe to repeat.
 */
export async function eraseJob({ eventStore, objects }: ErasureStores, erasure: JobErasure): Promise<void> {
  const { jobId, uid, executions, deletedAt, reason, caller } = erasure;
  const ids = Array.from({ length: executions }, (_, index) => index + 1);
  const context = { uid, caller, traceparent: currentTraceparent() };
  const ended = await eraseExecutions(eventStore, jobId, ids, reason, context, objects);
  await objects.deletePrefix(passwordObjects(uid));
  await objects.deletePrefix(jobObjects(uid));
  // Before the stream goes that says which bytes the files had.
  await forgetReusableOf(eventStore, jobId, uid);
  await eventStore.truncate(jobStream(jobId), deletedAt);
  await forgetExecutions(eventStore, jobId, ended);
}

/** Removes every byte of a deleted file, of its results and pictures, and what says that they may be reused, in the same order. Safe to repeat. */
export async function eraseFile({ eventStore, objects }: ErasureStores, erasure: FileErasure): Promise<void> {
  const { jobId, fileId, job, reason, caller } = erasure;
  const { uid } = job;
  const file = job.files.find(({ id }) => id === fileId);
  if (!file?.deleted) return;
  const executions = job.executions.filter((execution) => execution.fileId === fileId);
  const ids = executions.map(({ id }) => id);
  const context = { uid, caller, traceparent: currentTraceparent() };
  const ended = await eraseExecutions(eventStore, jobId, ids, reason, context, objects);
  for (const { passwordKey } of executions) if (passwordKey) await objects.delete(passwordKey);
  await objects.delete(file.storageKey);
  await objects.deletePrefix(pictureObjects(uid, fileId));
  for (const id of ids) await objects.deletePrefix(executionObjects(uid, id));
  const mayBeReused = executions.some(({ reusable }) => reusable);
  if (mayBeReused) await forgetReusable(eventStore, { ...file, tenant: job.tenant }, { uid, fileId });
  await forgetExecutions(eventStore, jobId, ended);
}
