import { executionObjects, jobObjects, pictureObjects } from '@inkstream/domain';
import { executeOnExecution, executeOnJob, readJob } from '@inkstream/job-store';
import type { Backends } from '@inkstream/service-kit';

export const caller = { tenant: 'default', actor: 'test', requestId: 'test' };

type Stores = Pick<Backends, 'eventStore' | 'objects'>;

/** The uid of a job, though it be deleted. */
export async function uidOf({ eventStore }: Pick<Stores, 'eventStore'>, jobId: number): Promise<string> {
  const { state } = await readJob(eventStore, jobId);
  if ('uid' in state) return state.uid;
  throw new Error(`Job ${jobId} is not there`);
}

/** The keys of a job's objects, without the prefix that they share. */
export async function keysOf(stores: Stores, jobId: number): Promise<string[]> {
  const prefix = jobObjects(await uidOf(stores, jobId));
  const objects = await Array.fromAsync(stores.objects.list(prefix));
  return objects.map(({ key }) => key.slice(prefix.length)).toSorted();
}

/** A worker begins to read the file. */
export const start = async ({ eventStore }: Stores, jobId: number, executionId = 1) =>
  executeOnExecution(
    eventStore,
    { jobId, executionId },
    { type: 'StartExecution', attempt: 1, worker: 'test' },
    { uid: await uidOf({ eventStore }, jobId), caller },
  );

export async function putResult(stores: Stores, jobId: number, executionId: number): Promise<void> {
  const key = `${executionObjects(await uidOf(stores, jobId), executionId)}result.json`;
  await stores.objects.put(key, Buffer.from('{}'));
}

/** A page of the file was looked at. */
export async function putPicture(stores: Stores, jobId: number, fileId: number): Promise<void> {
  const key = `${pictureObjects(await uidOf(stores, jobId), fileId)}1-640-0.webp`;
  await stores.objects.put(key, Buffer.from('RIFF'));
}

/** The deletion alone, as if the gateway had died before it erased anything. */
export const deleteOnly = (
  { eventStore }: Stores,
  jobId: number,
  what: { readonly type: 'DeleteJob' } | { readonly type: 'DeleteFile'; readonly fileId: number } = {
    type: 'DeleteJob',
  },
) =>
  executeOnJob(
    eventStore,
    jobId,
    { ...what, executions: new Map(), force: true, reason: 'test' },
    { caller },
  );
