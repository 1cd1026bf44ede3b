import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@inkstream/event-store';
import { type KnownJob, readJob } from '@inkstream/job-store';
import { findExecution, isOpen, type Request } from './request.ts';

/** So often the job is looked at while a document is read, ms. */
const LOOK_MS = 700;

export interface AttemptWatch {
  /** Aborts once the execution has ended elsewhere: cancelled, deleted with its file or job, or done by another worker. */
  readonly ended: AbortSignal;
  /** The job as it was seen last. */
  readonly job: KnownJob;
  stop(): void;
}

/**
 * Watches whether an execution is wanted still while it is read. A look that fails is made again. An attempt that was
 * taken over goes on: whichever is done first counts.
 */
export function watchAttempt(store: EventStore, request: Request, started: KnownJob): AttemptWatch {
  const stopped = new AbortController();
  const ended = new AbortController();
  let job = started;
  const watch = async () => {
    while (!stopped.signal.aborted && isOpen(findExecution(job.state, request))) {
      await sleep(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (!stopped.signal.aborted) job = await readJob(store, request.jobId, job).catch(() => job);
    }
    if (!stopped.signal.aborted) ended.abort();
  };
  void watch();
  return {
    ended: ended.signal,
    get job() {
      return job;
    },
    stop: () => stopped.abort(),
  };
}
