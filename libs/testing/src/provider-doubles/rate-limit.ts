/** So many calls within any window of that length. No calls at all: there is no allowance. */
export interface RateLimit {
  readonly calls: number;
  readonly windowMs: number;
}

/** How a limit stands after a call: what vendors say in their headers. */
export interface RateState extends RateLimit {
  readonly remaining: number;
  /** Until the next call is allowed, ms; 0 if it is now. */
  readonly resetMs: number;
}

/** A sliding window: a call counts from its own moment on. */
export class SlidingWindow {
  readonly #now: () => number;
  #moments: number[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes a call if the limit allows it. */
  take({ calls, windowMs }: RateLimit): { readonly allowed: boolean; readonly state: RateState } {
    const now = this.#now();
    this.#moments = this.#moments.filter((moment) => now - moment < windowMs);
    const allowed = this.#moments.length < calls;
    if (allowed) this.#moments.push(now);
    const remaining = calls - this.#moments.length;
    const oldest = this.#moments.at(-calls);
    const resetMs = remaining > 0 ? 0 : windowMs - (now - (oldest ?? now));
    return { allowed, state: { calls, windowMs, remaining, resetMs } };
  }
}
