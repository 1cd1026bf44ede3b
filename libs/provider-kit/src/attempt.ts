import type { KnownJob } from '@inkstream/job-store';
import { ObjectStoreUnavailableError } from '@inkstream/object-store';
import type { ProviderContext } from './context.ts';
import type { Document } from './engine.ts';
import { fetchDocument } from './fetch-document.ts';
import type { Outcome } from './outcome.ts';
import { ProviderError, toFault } from './provider-error.ts';
import {
  findExecution,
  isOpen,
  lostAttempts,
  type OpenExecution,
  type Request,
  tryCommand,
} from './request.ts';
import { watchAttempt } from './watch-attempt.ts';

/** `job`: as it is known to stand, after the attempt was started if it was. */
export type Attempt =
  /** There was nothing to do, or somebody else did it. */
  | { readonly kind: 'skipped'; readonly job: KnownJob }
  /** None is made any more: attempt after attempt was lost with its worker. */
  | { readonly kind: 'given-up'; readonly job: KnownJob; readonly attempt: number; readonly lost: number }
  | MadeAttempt;

export interface MadeAttempt {
  readonly kind: 'made';
  readonly job: KnownJob;
  /** Which one it is, counted from 1. */
  readonly attempt: number;
  /** How many of them count, this one included: none that was lost with its worker, or met a provider that was down. */
  readonly counted: number;
  /** Those of them that used up a time limit, before this one. */
  readonly timeouts: number;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

export const skipped = (job: KnownJob): Attempt => ({ kind: 'skipped', job });

/** The document, or what is wrong with it. Rejects with a transient fault if the store is: that is not the document's. */
async function fetched(
  { objects }: ProviderContext,
  { file }: OpenExecution,
  signal: AbortSignal,
): Promise<Document | ProviderError> {
  try {
    return await fetchDocument(objects, file, signal);
  } catch (error) {
    if (error instanceof ProviderError) return error;
    if (signal.aborted || !(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    throw new ObjectStoreUnavailableError('The document did not come in time', { cause: error });
  }
}

/**
 * Starts the next attempt of an execution and reads its document. Nothing is started if the job is no longer as it was
 * known and does not allow it; what is under way ends once the job no longer wants it. Rejects if a store does not
 * answer.
 */
export async function attemptExecution(
  context: ProviderContext,
  request: Request,
  known: KnownJob,
  signal: AbortSignal,
): Promise<Attempt> {
  const { eventStore, pool, lanes, policy, worker, now } = context;
  const open = findExecution(known.state, request);
  if (!isOpen(open)) return skipped(known);
  const { execution } = open;
  const lost = lostAttempts(execution);
  if (lost >= policy.maxLost) return { kind: 'given-up', job: known, attempt: execution.attempt, lost };
  const document = await fetched(context, open, signal);
  const { executionId } = request;
  const attempt = execution.attempt + 1;
  const job = await tryCommand(eventStore, request, known, {
    type: 'StartExecution',
    executionId,
    attempt,
    worker,
  });
  // Another worker took it, or nobody wants it.
  if (!job) return skipped(known);
  const startedAt = now().getTime();
  const watch = watchAttempt(eventStore, request, job);
  const read = async (): Promise<Outcome> => {
    if (document instanceof ProviderError) return { kind: 'failed', fault: toFault(document) };
    const unwanted = AbortSignal.any([signal, watch.ended]);
    const { jobId: key } = request;
    const othersWait = () => lanes.othersWait(key);
    return pool.recognise(document, { slow: execution.timeouts > 0, key, othersWait, signal: unwanted });
  };
  try {
    const outcome = await read();
    // The engine was stopped with the service: whoever runs next takes over.
    signal.throwIfAborted();
    const { timeouts, unavailable } = execution;
    const counted = attempt - lost - unavailable;
    const durationMs = now().getTime() - startedAt;
    return { kind: 'made', job: watch.job, attempt, counted, timeouts, outcome, durationMs };
  } catch (error) {
    signal.throwIfAborted();
    if (watch.ended.aborted) return skipped(watch.job);
    throw error;
  } finally {
    watch.stop();
  }
}
