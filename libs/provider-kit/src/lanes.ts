import type { ExecutionState, Priority } from '@inkstream/domain';
import { lostAttempts } from './request.ts';
import type { RetryPolicy } from './retry-policy.ts';
import { Slots } from './slots.ts';

/**
 * Where a document is read: beside others; in the one slot that is kept for documents which used up a time limit
 * before; or alone, if it may have killed its worker, so that it can harm no other.
 */
export type Lane = 'normal' | 'slow' | 'alone';

/** The lane of an execution's next attempt. */
export function laneOf(execution: ExecutionState, { aloneFromLost }: RetryPolicy): Lane {
  if (lostAttempts(execution) >= aloneFromLost) return 'alone';
  return execution.timeouts > 0 ? 'slow' : 'normal';
}

/** The slots of a process. In each lane jobs take turns. */
export class Lanes {
  readonly #normal: Slots<number>;
  readonly #slow = new Slots<number>(1);

  constructor(size: number) {
    this.#normal = new Slots(size);
  }

  /** Whether work that is not of this key waits in the normal lane. */
  othersWait(key: number): boolean {
    return this.#normal.othersWait(key);
  }

  /** Runs the work once it has its turn. `key`: whose it is; interactive unless it says otherwise. Rejects with the signal's reason if that aborts before. */
  run<T>(
    lane: Lane,
    work: () => Promise<T>,
    options: { readonly key: number; readonly priority?: Priority; readonly signal: AbortSignal },
  ): Promise<T> {
    if (lane === 'normal') return this.#normal.run(work, options);
    if (lane === 'slow') return this.#slow.run(work, options);
    // The slow slot first: nobody waits for a slow document with normal slots in hand.
    return this.#slow.run(() => this.#normal.run(work, { ...options, alone: true }), options);
  }
}
