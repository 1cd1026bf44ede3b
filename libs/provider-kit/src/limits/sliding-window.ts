/** Vendors state most of their limits for a minute, ms. */
export const WINDOW_MS = 60_000;

/** What a call takes of a window; it ends once, by how much it took in truth if that is known. */
export interface Taken {
  end(amount?: number): void;
}

interface Entry {
  amount: number;
  /** When it leaves the window; not while the call is under way. */
  freeAt: number;
}

/**
 * How much was taken within any window of so many ms. A call counts from its start until a window after its end:
 * somewhere between the two the vendor counted it, so that no window of the vendor's has more than one of ours.
 */
export class SlidingWindow {
  readonly #clock: () => number;
  readonly #windowMs: number;
  /** Ended ones in the order in which they leave, after those that are under way. */
  readonly #entries = new Set<Entry>();
  #used = 0;

  constructor(clock: () => number, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  take(amount: number): Taken {
    const entry: Entry = { amount, freeAt: Number.POSITIVE_INFINITY };
    this.#entries.add(entry);
    this.#used += amount;
    return {
      end: (inTruth = amount) => {
        if (entry.freeAt !== Number.POSITIVE_INFINITY) return;
        this.#used += inTruth - entry.amount;
        entry.amount = inTruth;
        entry.freeAt = this.#clock() + this.#windowMs;
      },
    };
  }

  /** How long until so much more fits within the limit, ms; infinite if a call has to end first. More than the limit fits alone. */
  waitMs(amount: number, limit: number): number {
    const now = this.#clock();
    let used = this.#forget(now);
    if (used === 0 || used + amount <= limit) return 0;
    const ended = [...this.#entries].filter(({ freeAt }) => Number.isFinite(freeAt));
    for (const entry of ended.sort((a, b) => a.freeAt - b.freeAt)) {
      used -= entry.amount;
      if (used <= 0 || used + amount <= limit) return entry.freeAt - now;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Forgets what has left the window, and returns what is in it. */
  #forget(now: number): number {
    for (const entry of this.#entries)
      if (entry.freeAt <= now) {
        this.#entries.delete(entry);
        this.#used -= entry.amount;
      }
    return this.#used;
  }
}
