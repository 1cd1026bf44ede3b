import type { EventStore } from '@inkstream/event-store';
import type { KnownJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { EnginePool } from './engine-pool.ts';
import { fetchDocument } from './fetch-document.ts';
import type { Lanes } from './lanes.ts';
import { ProviderError, toFault } from './provider-error.ts';
import type { Outcome } from './recognise.ts';
import { findExecution, isOpen, lostAttempts, type Request, tryCommand } from './request.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { watchAttempt } from './watch-attempt.ts';

export interface AttemptDependencies {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly pool: EnginePool;
  readonly lanes: Lanes;
  readonly policy: RetryPolicy;
  /** Who works here, for the events. */
  readonly worker: string;
  readonly now: () => Date;
}

/** An attempt that was made, 0 where there was nothing to do. */
export interface Attempt {
  /** As it is known to stand: where the attempt was started, after that. */
  readonly job: KnownJob;
  readonly attempt: number;
  /** Attempts that ended, this one included: those lost with their worker don't count. */
  readonly ended: number;
  /** Those of them that used up a time limit, this one included. */
  readonly timeouts: number;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

export const skipped = (job: KnownJob, message: string): Attempt => ({
  job,
  attempt: 0,
  ended: 0,
  timeouts: 0,
  outcome: { ok: false, fault: { code: 'internal_error', message } },
  durationMs: 0,
});

/**
 * Starts the next attempt of an execution and reads its document. Nothing is started where the job is no longer as it
 * was known and does not allow it; what is under way ends once the job no longer wants it. Rejects where an engine does
 * not answer.
 */
export async function attemptExecution(
  { eventStore, objects, pool, lanes, policy, worker, now }: AttemptDependencies,
  request: Request,
  known: KnownJob,
  signal: AbortSignal,
): Promise<Attempt> {
  const open = findExecution(known.state, request);
  if (!isOpen(open)) return skipped(known, 'The execution has ended');
  const { execution, file } = open;
  const lost = lostAttempts(execution);
  if (lost >= policy.maxLost) {
    const message = `The worker died ${lost} times while it read this document`;
    const outcome: Outcome = { ok: false, fault: { code: 'worker_lost', message } };
    return {
      job: known,
      attempt: execution.attempt,
      ended: Number.POSITIVE_INFINITY,
      timeouts: execution.timeouts,
      outcome,
      durationMs: 0,
    };
  }
  const document = await fetchDocument(objects, file, signal).catch((error) => {
    if (error instanceof ProviderError) return error;
    throw error;
  });
  const { executionId } = request;
  const attempt = execution.attempt + 1;
  const job = await tryCommand(eventStore, request, known, {
    type: 'StartExecution',
    executionId,
    attempt,
    worker,
  });
  if (!job) return skipped(known, 'Another worker took it, or nobody wants it');
  const startedAt = now().getTime();
  const watch = watchAttempt(eventStore, request, job);
  const read = async (): Promise<Outcome> => {
    if (document instanceof ProviderError) return { ok: false, fault: toFault(document) };
    const unwanted = AbortSignal.any([signal, watch.ended]);
    const { jobId: key } = request;
    const othersWait = () => lanes.othersWait(key);
    return pool.recognise(document, { slow: execution.timeouts > 0, key, othersWait, signal: unwanted });
  };
  try {
    const outcome = await read();
    // The engine was stopped with the service: whoever runs next takes over.
    signal.throwIfAborted();
    const timeouts = execution.timeouts + (!outcome.ok && outcome.fault.code === 'timeout' ? 1 : 0);
    const durationMs = now().getTime() - startedAt;
    return { job: watch.job, attempt, ended: attempt - lost, timeouts, outcome, durationMs };
  } catch (error) {
    signal.throwIfAborted();
    if (watch.ended.aborted) return skipped(watch.job, 'It ended while it was read');
    throw error;
  } finally {
    watch.stop();
  }
}
