import { randomUUID } from 'node:crypto';
import { jobStream } from '@inkstream/domain';
import { type EventStore, proveUnchanged } from '@inkstream/event-store';
import { lastEventOfJob } from './jobs.ts';

/** The streams of idempotency keys, and no others, begin so. */
export const IDEMPOTENCY_STREAM_PREFIX = 'idempotency-';

/** An event for each upload that ever began; its revision makes the job's id. It is the log of open uploads too. */
const STREAM = 'jobIds';

/** An upload that has begun: the job that it is to become, and the uid that names its objects. */
export type BegunUpload = { readonly jobId: number; readonly uid: string };

/** `recordedAt`: when it began by the store's clock, ISO 8601 UTC. */
export type RecordedUpload = BegunUpload & { readonly recordedAt: string };

/**
 * Begins an upload for each uid, by one append: gives them unused job ids. So every upload is known before its first
 * byte is stored, whatever becomes of it.
 *
 * @returns the first of the ids, which are in a row.
 */
export async function beginUploads(
  store: Pick<EventStore, 'append'>,
  uids: readonly string[],
): Promise<number> {
  const events = uids.map((uid) => ({
    id: randomUUID(),
    type: 'JobIdAllocated',
    data: { uid },
    metadata: {},
  }));
  const { revision } = await store.append(STREAM, events, { expected: 'any' });
  return revision - events.length + 2;
}

/** The uploads that were not forgotten yet, in the order in which they began. */
export async function* begunUploads(store: Pick<EventStore, 'read'>): AsyncGenerator<RecordedUpload> {
  for await (const { revision, data, recordedAt } of store.read(STREAM))
    yield { jobId: revision + 1, uid: String(data.uid), recordedAt };
}

/** Forgets the uploads that began before this one, since it is known what became of them. */
export const forgetUploadsBefore = (
  store: Pick<EventStore, 'truncate'>,
  { jobId }: BegunUpload,
): Promise<void> => store.truncate(STREAM, jobId - 1);

/**
 * Gives up the id of an upload that is to be submitted under another one: nobody has it then, and whoever asks
 * for the job of its objects is led there.
 *
 * @throws StaleReadError if the upload was found orphaned before: its objects are gone.
 */
export async function moveUpload(
  store: Pick<EventStore, 'append'>,
  { jobId }: BegunUpload,
  movedTo: number,
): Promise<void> {
  await proveUnchanged(store, jobStream(jobId), 'none', undefined, { movedTo });
}

/**
 * Whether nobody needs the objects of an upload: it was never submitted, or under another uid, or its job is deleted.
 * It stays so. That its stream has no events proves nothing, since the read may be of a node that lags or was cut off;
 * so a fence closes the stream first, and an upload that comes late is refused instead of becoming a job without its
 * files.
 *
 * @throws StaleReadError if the stream has events that the read did not show: nothing is known.
 */
export async function isOrphaned(
  store: Pick<EventStore, 'read' | 'append'>,
  { uid, jobId }: BegunUpload,
  signal?: AbortSignal,
): Promise<boolean> {
  let owner = jobId;
  let last = await lastEventOfJob(store, owner);
  if (last === 'fenced') {
    const [fence] = await Array.fromAsync(store.read(jobStream(jobId), { limit: 1 }));
    if (typeof fence?.data.movedTo !== 'number') return true;
    owner = fence.data.movedTo;
    last = await lastEventOfJob(store, owner);
  }
  if (last !== 'none') return last === 'fenced' || last.metadata.uid !== uid || last.type === 'JobDeleted';
  await proveUnchanged(store, jobStream(owner), 'none', signal);
  return true;
}
