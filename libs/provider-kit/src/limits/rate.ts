import type { RateWindow } from './rate-headers.ts';
import { SlidingWindow, type Taken } from './sliding-window.ts';

/** One of several equal parts of what an account allows. */
export interface Share {
  /** Which of the replicas this is, from 0. */
  readonly rank: number;
  readonly of: number;
}

/** A whole share: all of them add up to the limit, unless there are more replicas than it allows calls. */
export const shareOf = (limit: number, { rank, of }: Share): number =>
  Math.max(1, Math.floor(limit / of) + (rank < limit % of ? 1 : 0));

/** What may be taken in a window of `windowMs`: of requests, or of tokens. By configuration, and by what the vendor says. */
export class Rate {
  readonly #clock: () => number;
  readonly #windowMs: number;
  readonly #window: SlidingWindow;
  readonly #configured: number;
  /** The vendor's own limit, once it has said so. */
  #stated = Number.POSITIVE_INFINITY;
  /** What the vendor said to be left of the account's, and until when that counts. */
  #left = { amount: 0, until: 0 };
  #underWay = 0;

  constructor(limit: number | undefined, clock: () => number, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#window = new SlidingWindow(clock, windowMs);
    this.#configured = limit ?? Number.POSITIVE_INFINITY;
  }

  /** How long until so much may be taken, ms; infinite if a call has to end first. */
  waitMs(amount: number, share: Share): number {
    const limit = Math.min(this.#configured, this.#stated);
    const own = Number.isFinite(limit) ? this.#window.waitMs(amount, shareOf(limit, share)) : 0;
    const { amount: left, until } = this.#left;
    const now = this.#clock();
    return now < until && left < amount ? Math.max(own, until - now) : own;
  }

  take(amount: number): Taken {
    const taken = this.#window.take(amount);
    this.#underWay += amount;
    this.#left.amount -= amount;
    return {
      end: (inTruth) => {
        this.#underWay -= amount;
        taken.end(inTruth);
      },
    };
  }

  /** Learns from a vendor's answer. Of what is left to all, each replica takes its share, less what it has under way. */
  learn({ limit, remaining, resetMs = this.#windowMs }: RateWindow, { of }: Share): void {
    if (limit !== undefined && limit > 0) this.#stated = limit;
    if (remaining === undefined) return;
    // A reset that is further off is of a longer window's limit: what is left of that is told again by then.
    const until = this.#clock() + Math.min(resetMs, this.#windowMs);
    this.#left = { amount: Math.floor(remaining / of) - this.#underWay, until };
  }

  /** The vendor states no limit any more. */
  forget(): void {
    this.#stated = Number.POSITIVE_INFINITY;
  }
}
