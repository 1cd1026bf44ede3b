import { setTimeout as sleep } from 'node:timers/promises';
import {
  DomainError,
  type ExecutionState,
  executionObjects,
  isFinal,
  type JobCommand,
  type JobFile,
} from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { execute, readJob } from '@inkstream/job-store';
import type { ObjectStore } from '@inkstream/object-store';
import type { Logger } from '@inkstream/service-kit';
import type { Circuit } from './circuit.ts';
import type { StorableResult } from './complete-result.ts';
import type { Document } from './engine.ts';
import type { EnginePool } from './engine-pool.ts';
import { fetchDocument } from './fetch-document.ts';
import { persist } from './persist.ts';
import { type AttemptFault, ProviderError, toFault } from './provider-error.ts';
import type { Outcome } from './recognise.ts';
import { deleteResult, resultKeys, saveResult } from './result-objects.ts';
import { type RetryPolicy, retryDelay } from './retry-policy.ts';
import type { Slots } from './slots.ts';

/** What an `ExecutionRequested` event asks for. `requestedAt` is ISO 8601 UTC. */
export interface Request {
  readonly jobId: number;
  readonly executionId: number;
  readonly requestedAt: string;
  readonly traceparent?: string | undefined;
}

export interface ExecutorDependencies {
  readonly eventStore: EventStore;
  readonly objects: ObjectStore;
  readonly pool: EnginePool;
  readonly circuit: Circuit;
  readonly slots: Slots;
  readonly policy: RetryPolicy;
  /** Who works here, for the events. */
  readonly worker: string;
  /** Aborts once the service stops: what only waits gives way at once. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
  readonly now: () => Date;
  readonly random: () => number;
}

interface Open {
  readonly execution: ExecutionState;
  readonly file: JobFile;
}
interface Attempt {
  readonly attempt: number;
  /** Attempts that ended, this one included. */
  readonly ended: number;
  readonly outcome: Outcome;
  readonly durationMs: number;
}

/** How often work that waits for an open circuit looks whether it may go on, ms. */
const CIRCUIT_POLL_MS = 500;
/** Timers take no more: 2^31 - 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/** Attempts whose worker died. One that is running while its request is delivered again has lost its own. */
const lostSoFar = ({ status, lost }: ExecutionState): number => lost + (status === 'running' ? 1 : 0);

/** No attempt at all: there was nothing to do. */
const skipped = (message: string): Attempt => ({
  attempt: 0,
  ended: 0,
  outcome: { ok: false, fault: { code: 'internal_error', message } },
  durationMs: 0,
});

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
    const { circuit, slots, policy, now, stopping } = this.#deps;
    const waiting = AbortSignal.any([signal, stopping]);
    for (;;) {
      waiting.throwIfAborted();
      const open = await this.#open(request);
      if (!open) return this.#forgetCancelled(request);
      const waitMs = Date.parse(open.execution.notBefore ?? '') - now().getTime();
      if (waitMs > 0) {
        await sleep(Math.min(waitMs, MAX_TIMER_MS), undefined, { signal: waiting });
        continue;
      }
      const attempted = await slots.run(() => circuit.call(() => this.#attempt(request, signal)), {
        alone: lostSoFar(open.execution) >= policy.aloneFromLost,
        signal: waiting,
      });
      if (attempted === null) await sleep(CIRCUIT_POLL_MS, undefined, { signal: waiting });
      else await this.#conclude(request, attempted, signal);
    }
  }

  /** Fails an execution that this kit can't bring further, started or not. */
  async fail(request: Request, fault: AttemptFault): Promise<void> {
    const open = await this.#open(request);
    if (!open) return;
    const { execution } = open;
    const attempt = execution.status === 'running' ? execution.attempt : execution.attempt + 1;
    if (execution.status !== 'running') await this.#start(request, attempt);
    await this.#execute(request, this.#failure(request, { attempt, ended: attempt }, fault));
  }

  async #open({ jobId, executionId }: Request): Promise<Open | null> {
    const { state } = await readJob(this.#deps.eventStore, jobId);
    if (state.status !== 'open') return null;
    const execution = state.executions.get(executionId);
    if (!execution || isFinal(execution.status)) return null;
    const file = state.files.get(execution.fileId);
    return file && !file.deleted ? { execution, file } : null;
  }

  /** A worker may have died between storing a result and being told that nobody wants it. */
  async #forgetCancelled({ jobId, executionId }: Request): Promise<void> {
    const { state } = await readJob(this.#deps.eventStore, jobId);
    const wanted = state.status === 'open' && state.executions.get(executionId)?.status !== 'cancelled';
    if (!wanted) await this.#deps.objects.deletePrefix(executionObjects(jobId, executionId));
  }

  async #attempt(request: Request, signal: AbortSignal): Promise<Attempt> {
    const { pool, policy, now } = this.#deps;
    const open = await this.#open(request);
    if (!open) return skipped('The execution ended meanwhile');
    const { execution, file } = open;
    const lost = lostSoFar(execution);
    if (lost >= policy.maxLost) {
      const message = `The worker died ${lost} times while it read this document`;
      const outcome: Outcome = { ok: false, fault: { code: 'worker_lost', message } };
      return { attempt: execution.attempt, ended: Number.POSITIVE_INFINITY, outcome, durationMs: 0 };
    }
    const document = await this.#document(file, signal);
    const attempt = execution.attempt + 1;
    if (!(await this.#start(request, attempt))) return skipped('Another worker took it');
    const startedAt = now().getTime();
    const outcome: Outcome =
      document instanceof ProviderError
        ? { ok: false, fault: toFault(document) }
        : await pool.recognise(document);
    // The engine was stopped with the service: whoever runs next takes over.
    signal.throwIfAborted();
    return { attempt, ended: attempt - lost, outcome, durationMs: now().getTime() - startedAt };
  }

  async #document(file: JobFile, signal: AbortSignal): Promise<Document | ProviderError> {
    try {
      return await fetchDocument(this.#deps.objects, file, signal);
    } catch (error) {
      if (error instanceof ProviderError) return error;
      throw error;
    }
  }

  async #start(request: Request, attempt: number): Promise<boolean> {
    const { executionId } = request;
    return this.#execute(request, {
      type: 'StartExecution',
      executionId,
      attempt,
      worker: this.#deps.worker,
    });
  }

  async #conclude(
    request: Request,
    { attempt, ended, outcome, durationMs }: Attempt,
    signal: AbortSignal,
  ): Promise<void> {
    if (attempt === 0) return;
    if (outcome.ok) return this.#complete(request, attempt, outcome.result, durationMs, signal);
    const { log } = this.#deps;
    const { fault, cause } = outcome;
    const { jobId, executionId } = request;
    log.warn({ jobId, executionId, attempt, fault, cause }, 'attempt failed');
    await persist(() => this.#execute(request, this.#failure(request, { attempt, ended }, fault)), signal);
  }

  #failure(
    { executionId, requestedAt }: Request,
    { attempt, ended }: Pick<Attempt, 'attempt' | 'ended'>,
    fault: AttemptFault,
  ): JobCommand {
    const { policy, circuit, now, random } = this.#deps;
    const ageMs = now().getTime() - Date.parse(requestedAt);
    const delayMs = retryDelay({ fault, ended, ageMs, circuitOpen: circuit.open }, policy, random);
    const error = { code: fault.code, message: fault.message };
    if (delayMs === null) return { type: 'FailExecution', executionId, attempt, error };
    const notBefore = new Date(now().getTime() + delayMs).toISOString();
    return { type: 'ScheduleRetry', executionId, attempt, error, notBefore };
  }

  async #complete(
    request: Request,
    attempt: number,
    result: StorableResult,
    durationMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { objects } = this.#deps;
    const { jobId, executionId } = request;
    const keys = resultKeys(jobId, executionId, attempt);
    const { json, sha256, raw: _, ...facts } = result;
    await persist(() => saveResult(objects, keys, result), signal);
    const completed = await persist(
      () =>
        this.#execute(request, {
          type: 'CompleteExecution',
          executionId,
          attempt,
          resultKey: keys.result,
          resultBytes: json.byteLength,
          resultSha256: sha256,
          durationMs,
          ...facts,
        }),
      signal,
    );
    // Deleted, cancelled, or another attempt was first: nothing may be left of this one.
    if (!completed) await persist(() => deleteResult(objects, keys), signal);
  }

  /** False where the job does not allow the command any more. */
  async #execute({ jobId, traceparent }: Request, command: JobCommand): Promise<boolean> {
    try {
      await execute(this.#deps.eventStore, jobId, command, { traceparent });
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  }
}
