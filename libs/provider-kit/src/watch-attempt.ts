import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '@inkstream/event-store';
import { type KnownJob, readJob } from '@inkstream/job-store';
import { findExecution, isOpen, type Request } from './request.ts';

/** So often the job is looked at while a document is read, ms. */
const LOOK_MS = 700;

export interface AttemptWatch {
  /** Aborts once the attempt is no longer the one that counts: cancelled, its file deleted, or taken over. */
  readonly superseded: AbortSignal;
  /** The job as it was seen last. */
  readonly job: KnownJob;
  stop(): void;
}

/** Watches whether a running attempt is wanted still. A look that fails is made again. */
export function watchAttempt(
  store: EventStore,
  request: Request,
  { job: started, attempt }: { readonly job: KnownJob; readonly attempt: number },
): AttemptWatch {
  const stopped = new AbortController();
  const superseded = new AbortController();
  let job = started;
  const isRunning = () => {
    const found = findExecution(job.state, request);
    return isOpen(found) && found.execution.status === 'running' && found.execution.attempt === attempt;
  };
  const watch = async () => {
    while (!stopped.signal.aborted && isRunning()) {
      await sleep(LOOK_MS, undefined, { signal: stopped.signal }).catch(() => {});
      if (!stopped.signal.aborted) job = await readJob(store, request.jobId, job).catch(() => job);
    }
    if (!stopped.signal.aborted) superseded.abort();
  };
  void watch();
  return {
    superseded: superseded.signal,
    get job() {
      return job;
    },
    stop: () => stopped.abort(),
  };
}
