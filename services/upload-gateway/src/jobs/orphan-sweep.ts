import { setTimeout } from 'node:timers/promises';
import { jobStream } from '@inkstream/domain';
import { type EventStore, proveUnchanged, StaleReadError } from '@inkstream/event-store';
import { lastEventOfJob } from '@inkstream/job-store';
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

/**
 * Whether nobody needs the job's objects: it is deleted, or was never submitted. That it has no events proves nothing,
 * since the read may be of a node that lags or was cut off; so a fence closes its stream first. If that conflicts, the
 * job is there; if not, an upload that comes late is refused instead of becoming a job without its files.
 */
async function isOrphaned(store: EventStore, jobId: number, signal: AbortSignal): Promise<boolean> {
  const last = await lastEventOfJob(store, jobId);
  if (last === 'fenced') return true;
  if (last !== 'none') return last.type === 'JobDeleted';
  try {
    await proveUnchanged(store, jobStream(jobId), 'none', signal);
    return true;
  } catch (error) {
    if (error instanceof StaleReadError) return false;
    throw error;
  }
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
    if (last.jobId !== jobId) last = { jobId, orphaned: await isOrphaned(eventStore, jobId, signal) };
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
