import { setTimeout } from 'node:timers/promises';
import { jobStream } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger, Running } from '@inkstream/service-kit';

export interface SweepDeps {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly now: () => Date;
  /** Objects are left alone until this age, ms: longer than any request lasts. */
  readonly orphanAgeMs: number;
}

const JOB_OBJECT = /^jobs\/([1-9]\d*)\//;

/** Whether nobody needs the job's objects: it has no events, or is deleted. */
async function isOrphaned(store: EventStore, jobId: number): Promise<boolean> {
  for await (const last of store.read(jobStream(jobId), { direction: 'backwards', limit: 1 }))
    return last.type === 'JobDeleted';
  return true;
}

/**
 * Removes what uploads left behind that ended in nobody knows what: objects of jobs that were never submitted, or are
 * deleted. Returns how many.
 */
export async function sweepOrphans(deps: SweepDeps, signal: AbortSignal): Promise<number> {
  const { eventStore, objects, now, orphanAgeMs } = deps;
  const isOld = ({ modifiedAt }: { modifiedAt: string }) =>
    now().getTime() - Date.parse(modifiedAt) >= orphanAgeMs;
  let removed = 0;
  // A job's objects are listed together, mostly.
  let last = { jobId: 0, orphaned: false };
  for await (const object of objects.list('jobs/')) {
    if (signal.aborted) break;
    const jobId = Number(JOB_OBJECT.exec(object.key)?.[1]);
    if (!isOld(object) || !jobId) continue;
    if (last.jobId !== jobId) last = { jobId, orphaned: await isOrphaned(eventStore, jobId) };
    if (!last.orphaned) continue;
    // A repeated request may be completing this job just now, with a new object under this key.
    const current = await objects.stat(object.key);
    if (!current || !isOld(current)) continue;
    await objects.delete(object.key);
    removed++;
  }
  await objects.sweepUnfinished(orphanAgeMs);
  return removed;
}

/** Sweeps now and then every `everyMs`, until closed. */
export function startOrphanSweep(deps: SweepDeps, everyMs: number, log: Logger): Running {
  const closing = new AbortController();
  const { signal } = closing;
  const loop = async () => {
    while (!signal.aborted) {
      try {
        const removed = await sweepOrphans(deps, signal);
        if (removed > 0) log.info({ removed }, 'orphaned objects removed');
      } catch (err) {
        log.warn({ err }, 'the orphan sweep failed and comes again');
      }
      await setTimeout(everyMs, undefined, { signal, ref: false }).catch(() => {});
    }
  };
  const running = loop();
  return {
    close() {
      closing.abort();
      return running;
    },
  };
}
