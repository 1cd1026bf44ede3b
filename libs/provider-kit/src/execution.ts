import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionFault, type ExecutionState, executionObjects, isFinal } from '@inkstream/domain';
import { type KnownExecution, newExecution, readExecution } from '@inkstream/job-store';
import { EventLostError } from '@inkstream/service-kit';
import { type Attempt, attemptExecution, skipped } from './attempt.ts';
import { conclude, giveUp } from './conclude.ts';
import type { ProviderContext } from './context.ts';
import { type Lane, laneOf } from './lanes.ts';
import { raceAbort } from './persist.ts';
import { attemptsBefore, findRequest, idsOf, isAskedOf, type Request } from './request.ts';
import { tidyResults } from './result-objects.ts';
import { waitLeft } from './retry-policy.ts';

/** An execution that waits for longer than this, ms, is handed back for that time: no worker holds it then. */
const MAX_HELD_MS = 5_000;
/**
 * The stream of an execution that was requested no longer ago than this, ms, and was not delivered before, is assumed
 * to be empty: that saves a read, and if it is wrong the first append fails. One that was handed back is never that
 * young.
 */
const FRESH_MS = MAX_HELD_MS;

/** What became of an execution in this process: it is final or another provider's, or its next turn comes in this many ms. */
export type RunEnd = { readonly kind: 'final' } | { readonly kind: 'later'; readonly afterMs: number };

/** The next turn of an execution: where, in how many ms, and as what it is known. Null before the first look. */
interface Turn {
  readonly lane: Lane;
  readonly waitMs: number;
  readonly known: KnownExecution | null;
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
  /** By job and execution: settles once all that came for it have ended. */
  readonly #inHand = new Map<string, Promise<unknown>>();
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
   * Resolves once the execution is final or handed over, whoever made it so, or has to wait for long. Safe to repeat, and to run twice
   * at once: the second waits until the first has ended, and finds what is left to do. Rejects if a store does not
   * answer or is behind the request, and with the signal's reason.
   *
   * @throws EventLostError if the job's stream does not hold the request.
   */
  async run(request: Request, signal: AbortSignal): Promise<RunEnd> {
    const key = `${request.uid}/${request.executionId}`;
    const before = this.#inHand.get(key);
    const end = before
      ? raceAbort(before, AbortSignal.any([signal, this.#context.stopping])).then(() =>
          this.#bring({ ...request, repeated: true }, signal),
        )
      : this.#bring(request, signal);
    const both = Promise.allSettled([before, end]);
    this.#inHand.set(key, both);
    try {
      return await end;
    } finally {
      // Whoever gave up waiting leaves the first one in hand.
      void both.then(() => this.#inHand.get(key) === both && this.#inHand.delete(key));
    }
  }

  async #bring(request: Request, signal: AbortSignal): Promise<RunEnd> {
    const signals = { signal, waiting: AbortSignal.any([signal, this.#context.stopping]) };
    // What a first turn finds says where and when the next one is. Nothing else is held while it waits: thousands may.
    let turn: Turn | null = { lane: 'normal', waitMs: 0, known: null };
    while (turn) {
      const { waitMs } = turn;
      if (waitMs > MAX_HELD_MS) return { kind: 'later', afterMs: waitMs };
      if (waitMs > 0) await sleep(waitMs, undefined, { signal: signals.waiting });
      turn = await this.#take(request, turn, signals);
    }
    return { kind: 'final' };
  }

  /** Waits for a turn and takes it. Resolves with the next one, null once the execution is final or handed over. */
  async #take(request: Request, turn: Turn, { signal, waiting }: Signals): Promise<Turn | null> {
    const { eventStore, lanes, policy, objects } = this.#context;
    const work = () => this.#attempt(request, turn, { signal, waiting });
    const { jobId: key, priority, uid, executionId } = request;
    const made = await this.#whileReady(() => lanes.run(turn.lane, work, { key, priority, signal: waiting }));
    if (made === null) return { ...turn, waitMs: 0 };
    if (made.kind === 'unwanted') {
      // A worker may have died between storing a result and being told that nobody wants it.
      await objects.deletePrefix(executionObjects(uid, executionId));
      if (request.passwordKey !== undefined) await objects.delete(request.passwordKey);
      return null;
    }
    const after = await conclude(this.#context, request, made, signal);
    const known = after ?? (await readExecution(eventStore, idsOf(request), { uid, known: made.known }));
    const { state, revision } = known;
    if (!isFinal(state.status) && !isAskedOf(request, state)) return null;
    if (!isFinal(state.status))
      return { lane: laneOf(state, policy), waitMs: await this.#waitMs(state), known };
    const nothingLeft = made.kind === 'made' && !made.pages.left && state.status !== 'cancelled';
    if (!nothingLeft || state.attempt > 1 || state.erased || request.passwordKey !== undefined)
      await tidyResults(this.#context, request, revision);
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
  async #attempt(request: Request, turn: Turn, { signal, waiting }: Signals): Promise<Attempt | null> {
    const { circuit, keeper, policy } = this.#context;
    // With its slot in hand, so that no more are looked at than there are slots.
    await keeper.room(waiting);
    if (!circuit.admits) {
      await circuit.changed(waiting);
      return null;
    }
    const known = await this.#look(request, turn.known);
    if (known === 'deleted') return { kind: 'unwanted' };
    const { state } = known;
    if (isFinal(state.status) || !isAskedOf(request, state)) return skipped(known);
    if (laneOf(state, policy) !== turn.lane || (await this.#waitMs(state)) > 0) return skipped(known);
    return circuit.call(
      request.jobId,
      () => attemptExecution(this.#context, request, known, signal),
      // A result that was reused says nothing of how the provider is.
      (made) => (made.kind === 'made' && !made.reused ? made.outcome : undefined),
    );
  }

  /** The execution as it stands. A read that is behind what is known rejects, and concludes nothing. */
  async #look(request: Request, known: KnownExecution | null): Promise<KnownExecution | 'deleted'> {
    const { eventStore, now } = this.#context;
    const { uid } = request;
    if (known) return readExecution(eventStore, idsOf(request), { uid, known });
    if ((await findRequest(eventStore, request)) === 'deleted') return 'deleted';
    const ageMs = now().getTime() - Date.parse(request.requestedAt);
    const fresh = !request.repeated && ageMs < FRESH_MS;
    return fresh ? newExecution : this.#read(request);
  }

  /** The execution, with the handover that the request comes from in it. */
  async #read(request: Request): Promise<KnownExecution> {
    const { uid, handover } = request;
    const known = await readExecution(this.#context.eventStore, idsOf(request), {
      uid,
      atLeast: handover?.revision,
    });
    const { status, handedOver } = known.state;
    if (handover && !isFinal(status) && (handedOver?.after ?? 0) < attemptsBefore(request))
      throw new EventLostError({
        ...idsOf(request),
        revision: handover.revision,
        type: 'ExecutionHandedOver',
      });
    return known;
  }

  async #waitMs(state: ExecutionState): Promise<number> {
    const { storeClock, policy } = this.#context;
    return state.notBefore === null ? 0 : waitLeft(state, await storeClock.now(), policy);
  }

  /** Fails an execution that can't be brought further, started or not. */
  async fail(request: Request, error: ExecutionFault): Promise<void> {
    if ((await findRequest(this.#context.eventStore, request)) === 'deleted') return;
    const known = await this.#read(request);
    if (!isAskedOf(request, known.state)) return;
    const ended = await giveUp(this.#context, request, known, error);
    if (ended) await tidyResults(this.#context, request, ended.revision);
  }
}
