import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionFault, executionObjects } from '@inkstream/domain';
import { type KnownJob, newJob, readJob } from '@inkstream/job-store';
import { EventLostError } from '@inkstream/service-kit';
import { type Attempt, attemptExecution, skipped } from './attempt.ts';
import { conclude } from './conclude.ts';
import type { ProviderContext } from './context.ts';
import { type Lane, laneOf } from './lanes.ts';
import { findExecution, isOpen, type OpenExecution, type Request, tryCommand } from './request.ts';
import { tidyResults } from './result-objects.ts';

/** Timers take no more: 2^31 - 1 ms. */
const MAX_TIMER_MS = 2_147_483_647;

/** Where an execution waits for its next turn, and for how long before that, ms. */
interface NextTurn {
  readonly lane: Lane;
  readonly waitMs: number;
}

interface Signals {
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  /** Aborts what only waits, at the same time or before. */
  readonly waiting: AbortSignal;
}

/** Brings executions to their end: attempts, retries, results. */
export class Executor {
  readonly #context: ProviderContext;
  readonly #onReady: () => void;
  #ready = 0;

  /** `onReady` is called each time when `ready` changes between none and some. */
  constructor(context: ProviderContext, onReady: () => void) {
    this.#context = context;
    this.#onReady = onReady;
  }

  /** Executions that are at work or could be, had they a turn: all but those that wait for their next attempt. */
  get ready(): number {
    return this.#ready;
  }

  /**
   * Resolves once the execution is final, whoever made it so. Safe to repeat, and to run twice at once. Rejects if a
   * store does not answer or is behind the request, and with the signal's reason.
   *
   * @throws EventLostError if the job's stream does not hold the request.
   */
  async run(request: Request, signal: AbortSignal): Promise<void> {
    const signals = { signal, waiting: AbortSignal.any([signal, this.#context.stopping]) };
    // What a first turn finds says where and when the next one is. Nothing else is held while it waits: thousands may.
    let next: NextTurn | null = { lane: 'normal', waitMs: 0 };
    while (next) {
      const waitMs = Math.min(next.waitMs, MAX_TIMER_MS);
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: signals.waiting });
      next = await this.#takeTurn(request, next.lane, signals);
    }
  }

  /** Waits for a turn and takes it. Resolves with the next one, null once the execution is final. */
  async #takeTurn(request: Request, lane: Lane, { signal, waiting }: Signals): Promise<NextTurn | null> {
    const { eventStore, lanes, policy } = this.#context;
    const work = () => this.#attempt(request, lane, { signal, waiting });
    const made = await this.#whileReady(() => lanes.run(lane, work, { key: request.jobId, signal: waiting }));
    if (made === null) return { lane, waitMs: 0 };
    const after = await conclude(this.#context, request, made, signal);
    const job = after ?? (await readJob(eventStore, request.jobId, made.job));
    const found = findExecution(job.state, request);
    if (isOpen(found)) return { lane: laneOf(found.execution, policy), waitMs: this.#waitMs(found) };
    if (found === 'lost') throw new EventLostError({ ...request, type: 'ExecutionRequested' });
    if (found === 'unwanted') await this.#forget(request);
    else if (found.attempts > 1) await tidyResults(this.#context, request, job);
    return null;
  }

  async #whileReady<T>(work: () => Promise<T>): Promise<T> {
    if (this.#ready++ === 0) this.#onReady();
    try {
      return await work();
    } finally {
      if (--this.#ready === 0) this.#onReady();
    }
  }

  /** An attempt, if the lane is the execution's and its time has come. Null if the circuit let nothing through: then it changed. */
  async #attempt(request: Request, lane: Lane, { signal, waiting }: Signals): Promise<Attempt | null> {
    const { circuit, keeper, policy } = this.#context;
    // With its slot in hand, so that no more look than there are slots.
    await keeper.room(waiting);
    if (!circuit.admits) {
      await circuit.changed(waiting);
      return null;
    }
    const job = await this.#read(request);
    const found = findExecution(job.state, request);
    if (!isOpen(found) || laneOf(found.execution, policy) !== lane || this.#waitMs(found) > 0)
      return skipped(job);
    return circuit.call(
      request.jobId,
      () => attemptExecution(this.#context, request, job, signal),
      (made) => (made.kind === 'made' ? made.outcome : undefined),
    );
  }

  /** How long its next attempt has to wait yet, ms. */
  #waitMs({ execution: { notBefore } }: OpenExecution): number {
    return notBefore === null ? 0 : Date.parse(notBefore) - this.#context.now().getTime();
  }

  /** Fails an execution that can't be brought further, started or not. */
  async fail(request: Request, error: ExecutionFault): Promise<void> {
    const { eventStore, worker } = this.#context;
    const job = await this.#read(request);
    const open = findExecution(job.state, request);
    if (!isOpen(open)) return;
    const { executionId } = request;
    const running = open.execution.status === 'running';
    const attempt = open.execution.attempt + (running ? 0 : 1);
    const start = { type: 'StartExecution', executionId, attempt, worker } as const;
    const started = running ? job : await tryCommand(eventStore, request, job, start);
    if (!started) return;
    await tryCommand(eventStore, request, started, { type: 'FailExecution', executionId, attempt, error });
  }

  /** The job up to the request at least: a read that is behind it rejects, and concludes nothing. */
  #read({ jobId, revision }: Request): Promise<KnownJob> {
    return readJob(this.#context.eventStore, jobId, newJob, revision);
  }

  /** A worker may have died between storing a result and being told that nobody wants it. */
  #forget({ jobId, executionId }: Request): Promise<void> {
    return this.#context.objects.deletePrefix(executionObjects(jobId, executionId));
  }
}
