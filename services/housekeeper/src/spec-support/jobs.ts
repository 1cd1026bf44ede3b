import { type ExecutionView, jobObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { beginUploads, executeOnExecution, executeOnJob, readWholeJob } from '@inkstream/job-store';
import type { ReadModel } from '@inkstream/read-model';
import { v7 as uuidv7 } from 'uuid';

export const caller = { tenant: 'default', actor: 'test', requestId: 'test' };

/** An upload that has begun. */
export async function begin(store: EventStore) {
  const uid = uuidv7();
  return { uid, jobId: await beginUploads(store, [uid]) };
}

/** A job with a file for each of the providers. */
export async function submit(
  store: EventStore,
  providers: readonly string[] = ['fake'],
  upload?: { readonly uid: string; readonly jobId: number },
  traceparent?: string,
) {
  const { uid, jobId } = upload ?? (await begin(store));
  const files = providers.map((provider, index) => ({
    originalName: 'receipt.png',
    mimeType: 'image/png',
    bytes: 1,
    sha256: '0'.repeat(64),
    storageKey: `${jobObjects(uid)}files/${index + 1}`,
    providers: [provider],
  }));
  await executeOnJob(
    store,
    jobId,
    { type: 'SubmitJob', uid, tenant: caller.tenant, name: 'Lunch', files },
    { caller, traceparent },
  );
  return { uid, jobId };
}

export const remove = (store: EventStore, jobId: number) =>
  executeOnJob(
    store,
    jobId,
    { type: 'DeleteJob', executions: new Map(), force: true, reason: 'test' },
    { caller },
  );

export const removeFile = (store: EventStore, jobId: number, fileId: number) =>
  executeOnJob(
    store,
    jobId,
    { type: 'DeleteFile', fileId, executions: new Map(), force: true, reason: 'test' },
    { caller },
  );

export const start = (store: EventStore, { uid, jobId }: { uid: string; jobId: number }, executionId = 1) =>
  executeOnExecution(
    store,
    { jobId, executionId },
    { type: 'StartExecution', attempt: 1, worker: 'w' },
    { uid, caller },
  );

const comparePlace = (a: ExecutionView, b: ExecutionView): number =>
  a.createdAt.localeCompare(b.createdAt) || a.jobId - b.jobId || a.id - b.id;

/** What a read model that is up to date lists, of jobs 1 to 50. */
export const unfinishedIn = (store: EventStore): Pick<ReadModel, 'unfinishedExecutions'> => ({
  async unfinishedExecutions(requestedBefore, limit, after) {
    const ids = Array.from({ length: 50 }, (_, index) => index + 1);
    const jobs = await Promise.all(ids.map((id) => readWholeJob(store, id).catch(() => null)));
    return jobs
      .flatMap((whole) => whole?.executions ?? [])
      .filter(({ status }) => status === 'pending' || status === 'running')
      .filter(({ createdAt }) => createdAt < requestedBefore)
      .toSorted((a, b) => comparePlace(a, b))
      .filter((view) => after === undefined || comparePlace(view, after) > 0)
      .slice(0, limit);
  },
});
