import { jobObjects, passwordObjects } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import {
  begunUploads,
  forgetUploadsBefore,
  inParallel,
  isOrphaned,
  type RecordedUpload,
} from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import { assertTurn } from './duty.ts';

/** Uploads that are looked at before they are forgotten together. */
const BATCH = 500;
/** How many uploads are examined beyond those that are old enough. */
const LOOKAHEAD = 1_000;

export interface SweepDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  /** Uploads are left alone until this age, ms: longer than any request lasts. */
  readonly orphanAgeMs: number;
  readonly mayAct: () => boolean;
}

/**
 * Removes what uploads with an unknown end left behind: the objects of those that never became a job, or whose job is
 * deleted. It goes through the log of uploads, each of which it looks at once, when it is old enough by the event
 * store's clock, and never at objects of which that log knows nothing: those of a log that was lost stay.
 *
 * An upload that was followed by an old one is old too, even if a clock that was ahead dated it later.
 *
 * @returns how many objects it removed.
 */
export async function sweepOrphans(deps: SweepDeps, now: Date, signal: AbortSignal): Promise<number> {
  const { eventStore, objects, orphanAgeMs } = deps;
  let due: RecordedUpload[] = [];
  let waiting: RecordedUpload[] = [];
  let removed = 0;
  const sweepDue = async () => {
    const last = due.at(-1);
    if (!last) return;
    await inParallel(due, async (upload) => {
      const count = await sweepUpload(deps, upload, signal);
      removed += count;
    });
    // The last one stays, so that ids go on from it.
    await forgetUploadsBefore(eventStore, last);
    due = [];
  };
  for await (const upload of begunUploads(eventStore)) {
    waiting.push(upload);
    if (now.getTime() - Date.parse(upload.recordedAt) >= orphanAgeMs) {
      due.push(...waiting);
      waiting = [];
    }
    if (due.length >= BATCH) await sweepDue();
    if (waiting.length >= LOOKAHEAD) break;
  }
  await sweepDue();
  await objects.sweepUnfinished(new Date(now.getTime() - orphanAgeMs));
  return removed;
}

async function sweepUpload(
  { eventStore, objects, mayAct }: SweepDeps,
  upload: RecordedUpload,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  assertTurn(mayAct);
  if (!(await isOrphaned(eventStore, upload, signal))) return 0;
  let removed = 0;
  for (const prefix of [jobObjects(upload.uid), passwordObjects(upload.uid)]) {
    let found = 0;
    for await (const _ of objects.list(prefix)) found++;
    if (found > 0) await objects.deletePrefix(prefix);
    removed += found;
  }
  return removed;
}
