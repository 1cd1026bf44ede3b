import type { ExecutionFault, JobCommand } from '@inkstream/domain';
import type { KnownJob } from '@inkstream/job-store';
import type { Attempt, MadeAttempt } from './attempt.ts';
import type { StorableResult } from './complete-result.ts';
import type { ProviderContext } from './context.ts';
import type { Outcome } from './outcome.ts';
import { NotKeptError } from './persist.ts';
import type { AttemptFault } from './provider-error.ts';
import { type Request, tryCommand } from './request.ts';
import { deleteResult, resultKeys, saveResult } from './result-objects.ts';
import { retryDelay } from './retry-policy.ts';

type FailedOutcome = Exclude<Outcome, { kind: 'read' }>;

/** A document that hung while its provider is known to be down is innocent of it. */
function faultOf({ circuit }: ProviderContext, { kind, fault }: FailedOutcome): AttemptFault {
  return kind === 'hung' && circuit.open ? { ...fault, code: 'provider_unavailable' } : fault;
}

/** What follows from a failed attempt: another one later, or the end. */
function failureCommand(
  context: ProviderContext,
  { executionId }: Request,
  { attempt, counted, timeouts }: MadeAttempt,
  outcome: FailedOutcome,
): JobCommand {
  const { policy, now, random } = context;
  const fault = faultOf(context, outcome);
  const withThis = timeouts + (fault.code === 'timeout' ? 1 : 0);
  const delayMs = retryDelay({ fault, attempt, counted, timeouts: withThis }, policy, random);
  const error = { code: fault.code, message: fault.message };
  if (delayMs === null) return { type: 'FailExecution', executionId, attempt, error };
  const notBefore = new Date(now().getTime() + delayMs).toISOString();
  return { type: 'ScheduleRetry', executionId, attempt, error, notBefore };
}

/** Stores the result, then says so. If nobody wants it any more nothing is left of it. */
async function complete(
  { eventStore, objects, keeper }: ProviderContext,
  request: Request,
  { job, attempt, durationMs }: MadeAttempt,
  result: StorableResult,
  signal: AbortSignal,
): Promise<KnownJob | null> {
  const { jobId, executionId } = request;
  const keys = resultKeys(jobId, executionId, attempt);
  const { json, sha256, raw: _, ...facts } = result;
  const command: JobCommand = {
    type: 'CompleteExecution',
    executionId,
    attempt,
    resultKey: keys.result,
    resultBytes: json.byteLength,
    resultSha256: sha256,
    durationMs,
    ...facts,
  };
  const what = { jobId, executionId, attempt };
  await keeper.keep(what, () => saveResult(objects, keys, result), signal);
  const completed = await keeper.keep(what, () => tryCommand(eventStore, request, job, command), signal);
  // Deleted, cancelled, or another attempt was first: an event says so, since nothing is decided on less than is known.
  if (!completed) await keeper.keep(what, () => deleteResult(objects, keys), signal);
  return completed;
}

/** The attempt ended with the service, and counts for nothing: whoever takes over begins at once. */
async function handOver(
  { eventStore, now, log }: ProviderContext,
  request: Request,
  { job, attempt }: MadeAttempt,
): Promise<void> {
  const { jobId, executionId } = request;
  const error: ExecutionFault = {
    code: 'provider_unavailable',
    message: 'The worker stopped before the result could be stored',
  };
  const notBefore = now().toISOString();
  const command: JobCommand = { type: 'ScheduleRetry', executionId, attempt, error, notBefore };
  const what = { jobId, executionId, attempt };
  await tryCommand(eventStore, request, job, command).then(
    () => log.warn(what, 'a result that no store took was handed over with its document'),
    (err) => log.warn({ err, ...what }, 'a result that no store took could not be handed over'),
  );
}

/**
 * Writes down what became of an attempt, however long the stores are away for. Returns the job after it, null if
 * nothing was written: none was made, or another one counts.
 *
 * @throws NotKeptError if the service stops before a store took it; another worker then reads the document.
 */
export async function conclude(
  context: ProviderContext,
  request: Request,
  made: Attempt,
  signal: AbortSignal,
): Promise<KnownJob | null> {
  if (made.kind === 'skipped') return null;
  const { eventStore, keeper, log } = context;
  const { job, attempt } = made;
  const { jobId, executionId } = request;
  const what = { jobId, executionId, attempt };
  if (made.kind === 'given-up') {
    const message = `The worker died ${made.lost} times while it read this document`;
    const error: ExecutionFault = { code: 'worker_lost', message };
    const command: JobCommand = { type: 'FailExecution', executionId, attempt, error };
    return keeper.keep(what, () => tryCommand(eventStore, request, job, command), signal);
  }
  const { outcome } = made;
  try {
    if (outcome.kind === 'read') return await complete(context, request, made, outcome.result, signal);
    const cause = outcome.kind === 'failed' ? outcome.cause : undefined;
    log.warn({ ...what, fault: outcome.fault, cause }, 'attempt failed');
    const command = () => failureCommand(context, request, made, outcome);
    return await keeper.keep(what, () => tryCommand(eventStore, request, job, command()), signal);
  } catch (error) {
    if (error instanceof NotKeptError) await handOver(context, request, made);
    throw error;
  }
}
