import type { JobCommand } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { KnownJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';
import type { Attempt } from './attempt.ts';
import type { Circuit } from './circuit.ts';
import type { StorableResult } from './complete-result.ts';
import { persist } from './persist.ts';
import type { AttemptFault } from './provider-error.ts';
import { type Request, tryCommand } from './request.ts';
import { deleteResult, resultKeys, saveResult } from './result-objects.ts';
import { type RetryPolicy, retryDelay } from './retry-policy.ts';

export interface ConclusionDependencies {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly circuit: Circuit;
  readonly policy: RetryPolicy;
  readonly log: Logger;
  readonly now: () => Date;
  readonly random: () => number;
}

/** What follows from a failed attempt: another one later, or the end. */
export function failureCommand(
  { policy, circuit, now, random }: Pick<ConclusionDependencies, 'policy' | 'circuit' | 'now' | 'random'>,
  { executionId, requestedAt }: Request,
  { attempt, ended, timeouts }: Pick<Attempt, 'attempt' | 'ended' | 'timeouts'>,
  { code, message, ...rest }: AttemptFault,
): JobCommand {
  const ageMs = now().getTime() - Date.parse(requestedAt);
  const failed = { fault: { code, message, ...rest }, ended, timeouts, ageMs, circuitOpen: circuit.open };
  const delayMs = retryDelay(failed, policy, random);
  const error = { code, message };
  if (delayMs === null) return { type: 'FailExecution', executionId, attempt, error };
  const notBefore = new Date(now().getTime() + delayMs).toISOString();
  return { type: 'ScheduleRetry', executionId, attempt, error, notBefore };
}

/** Stores the result, then says so. Where nobody wants it any more nothing is left of it. */
async function complete(
  { eventStore, objects }: ConclusionDependencies,
  request: Request,
  { job, attempt, durationMs }: Attempt,
  result: StorableResult,
  signal: AbortSignal,
): Promise<KnownJob | null> {
  const { jobId, executionId } = request;
  const keys = resultKeys(jobId, executionId, attempt);
  const { json, sha256, raw: _, ...facts } = result;
  await persist(() => saveResult(objects, keys, result), signal);
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
  const completed = await persist(() => tryCommand(eventStore, request, job, command), signal);
  // Deleted, cancelled, or another attempt was first: an event says so, since nothing is decided on less than is known.
  if (!completed) await persist(() => deleteResult(objects, keys), signal);
  return completed;
}

/**
 * Writes down what became of an attempt, however long the stores are away for, within reason. Gives the job after it,
 * null where nothing was written: it was not made, or has lost its say.
 */
export async function conclude(
  deps: ConclusionDependencies,
  request: Request,
  made: Attempt,
  signal: AbortSignal,
): Promise<KnownJob | null> {
  const { job, attempt, outcome } = made;
  if (attempt === 0) return null;
  if (outcome.ok) return complete(deps, request, made, outcome.result, signal);
  const { fault, cause } = outcome;
  const { jobId, executionId } = request;
  deps.log.warn({ jobId, executionId, attempt, fault, cause }, 'attempt failed');
  const command = () => failureCommand(deps, request, made, fault);
  return persist(() => tryCommand(deps.eventStore, request, job, command()), signal);
}
