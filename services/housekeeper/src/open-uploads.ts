import { randomUUID } from 'node:crypto';
import type { EventStore, RecordedEvent } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import { z } from 'zod';

/** The stream of allocated job ids: an event for each upload, before its first byte is stored. */
export const JOB_IDS_STREAM = 'jobIds';
/** The sweeps' own stream, by which they read the store's clock. */
const SWEEPS_STREAM = 'housekeeper-sweeps';
const PAGE = 500;

/** `uid` names the job's objects. */
const schema = z.object({ uid: z.string().optional() });

/** An upload that was begun, and may have ended in whatever way. */
export interface OpenUpload {
  readonly jobId: number;
  readonly uid: string | undefined;
}

export interface OpenUploadsDeps {
  readonly eventStore: Pick<EventStore, 'read' | 'append' | 'truncate'>;
  readonly objects: Pick<ObjectStore, 'deletePrefix' | 'sweepUnfinished'>;
  /** Uploads are left alone until this age, ms: longer than any request lasts. */
  readonly orphanAgeMs: number;
  /**
   * Whether nobody needs what the upload stored. Who answers `orphaned` has made sure that no job comes of it any more:
   * that there is none proves nothing, for the read may be stale and the upload late.
   */
  readonly judge: (upload: OpenUpload, signal: AbortSignal) => Promise<'orphaned' | 'alive'>;
  /** The prefix of the upload's objects. */
  readonly prefixOf: (upload: OpenUpload) => string;
  /** Whether this housekeeper may do anything at this moment. Asked before each step, for signals come late. */
  readonly mayAct?: () => boolean;
}

/** The time by the event store's clock, ms since 1970: that of an event which is appended for it. */
async function storeTime({ eventStore }: OpenUploadsDeps, signal: AbortSignal): Promise<number> {
  const event = { id: randomUUID(), type: 'SweepBegan', data: {}, metadata: {} };
  const { revision } = await eventStore.append(SWEEPS_STREAM, [event], { expected: 'any', signal });
  const read = { from: revision, limit: 1, atLeast: revision, signal };
  for await (const { recordedAt } of eventStore.read(SWEEPS_STREAM, read)) {
    if (revision > 0) await eventStore.truncate(SWEEPS_STREAM, revision);
    return Date.parse(recordedAt);
  }
  throw new Error(`${SWEEPS_STREAM} has no revision ${revision}`);
}

const uploadOf = ({ revision, data }: RecordedEvent): OpenUpload => ({
  jobId: revision + 1,
  uid: schema.parse(data).uid,
});

/**
 * Removes what uploads left behind that ended in nobody knows what. The stream of allocated ids is the log of open
 * uploads: each entry is looked at once it is old enough, by the event store's clock on both sides, and then truncated,
 * but for the last one, which keeps the numbering. So a sweep costs what was uploaded since the one before, and the
 * jobs that there are cost nothing. A fault ends it; the next one goes on there.
 *
 * @returns how many entries were looked at, and how many uploads removed.
 */
export async function sweepOpenUploads(
  deps: OpenUploadsDeps,
  signal: AbortSignal,
): Promise<{ checked: number; removed: number }> {
  const { eventStore, objects, orphanAgeMs, judge, prefixOf, mayAct = () => true } = deps;
  const oldUntil = (await storeTime(deps, signal)) - orphanAgeMs;
  let checked = 0;
  let removed = 0;
  /** The next revision to look at; undefined is the first that is left. */
  let from: number | undefined;

  const sweepOne = async (event: RecordedEvent) => {
    const upload = uploadOf(event);
    if (!mayAct()) throw new Error('It is no longer the turn of this housekeeper');
    const orphaned = (await judge(upload, signal)) === 'orphaned';
    if (orphaned && !mayAct()) throw new Error('It is no longer the turn of this housekeeper');
    if (orphaned) await objects.deletePrefix(prefixOf(upload));
    checked++;
    if (orphaned) removed++;
  };

  for (let more = true; more; ) {
    const options = { limit: PAGE, signal, ...(from === undefined ? {} : { from }) };
    const page = await Array.fromAsync(eventStore.read(JOB_IDS_STREAM, options));
    const old = page.filter(({ recordedAt }) => Date.parse(recordedAt) <= oldUntil);
    let last: number | undefined;
    try {
      for (const event of old) {
        signal.throwIfAborted();
        await sweepOne(event);
        last = event.revision;
      }
    } finally {
      if (last !== undefined && last > (page[0]?.revision ?? 0))
        await eventStore.truncate(JOB_IDS_STREAM, last);
    }
    from = last === undefined ? undefined : last + 1;
    more = page.length === PAGE && old.length === PAGE;
  }
  await objects.sweepUnfinished(orphanAgeMs);
  return { checked, removed };
}
