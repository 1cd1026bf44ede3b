import { setTimeout as sleep } from 'node:timers/promises';
import { executionObjects } from '@inkstream/domain';
import { readJob } from '@inkstream/job-store';
import { type AttemptDependencies, attemptExecution } from './attempt.ts';
import { type ConclusionDependencies, conclude, failureCommand } from './conclude.ts';
import type { AttemptFault } from './provider-error.ts';
import { findExecution, isOpen, lostAttempts, type Request, tryCommand } from './request.ts';
import { tidyResults } from './result-objects.ts';
import type { Slots } from './slots.ts';

export interface ExecutorDependencies extends AttemptDependencies, ConclusionDependencies {
  readonly slots: Slots;
  /** Aborts once the service stops: what only waits gives way at once. */
  readonly stopping: AbortSignal;
}

/** How often work that waits for an open circuit looks whether it may go on, ms. */
const CIRCUIT_POLL_MS = 500;
/** Timers take no more: 2^31 - 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/** Brings executions to their end: attempts, retries, results. */
export class Executor {
  readonly #deps: ExecutorDependencies;

  constructor(deps: ExecutorDependencies) {
    this.#deps = deps;
  }

  /**
   * Resolves once the execution is final, whoever made it so. Safe to repeat, and to run twice at once. Rejects where
   * an engine does not answer, and with the signal's reason.
   */
  async run(request: Request, signal: AbortSignal): Promise<void> {
    const { eventStore, circuit, slots, policy, now, stopping } = this.#deps;
    const waiting = AbortSignal.any([signal, stopping]);
    let job = await readJob(eventStore, request.jobId);
    for (;;) {
      const open = findExecution(job.state, request);
      if (open === 'unwanted') return this.#forget(request);
      if (!isOpen(open)) return open.attempts > 1 ? tidyResults(this.#deps, request) : undefined;
      waiting.throwIfAborted();
      const waitMs = Date.parse(open.execution.notBefore ?? '') - now().getTime();
      if (waitMs > 0) {
        await sleep(Math.min(waitMs, MAX_TIMER_MS), undefined, { signal: waiting });
        job = await readJob(eventStore, request.jobId, job);
        continue;
      }
      const alone = lostAttempts(open.execution) >= policy.aloneFromLost;
      const attempt = () => attemptExecution(this.#deps, request, job, signal);
      const made = await slots.run(() => circuit.call(attempt), { alone, signal: waiting });
      if (made === null) await sleep(CIRCUIT_POLL_MS, undefined, { signal: waiting });
      const after = made && (await conclude(this.#deps, request, made, signal));
      job = after ?? (await readJob(eventStore, request.jobId, job));
    }
  }

  /** Fails an execution that can't be brought further, started or not. */
  async fail(request: Request, fault: AttemptFault): Promise<void> {
    const { eventStore, worker } = this.#deps;
    const job = await readJob(eventStore, request.jobId);
    const open = findExecution(job.state, request);
    if (!isOpen(open)) return;
    const { executionId } = request;
    const running = open.execution.status === 'running';
    const attempt = open.execution.attempt + (running ? 0 : 1);
    const start = { type: 'StartExecution', executionId, attempt, worker } as const;
    const started = running ? job : await tryCommand(eventStore, request, job, start);
    if (!started) return;
    const failure = failureCommand(this.#deps, request, { attempt, ended: attempt }, fault);
    await tryCommand(eventStore, request, started, failure);
  }

  /** A worker may have died between storing a result and being told that nobody wants it. */
  #forget({ jobId, executionId }: Request): Promise<void> {
    return this.#deps.objects.deletePrefix(executionObjects(jobId, executionId));
  }
}
