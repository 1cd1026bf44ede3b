import { setImmediate } from 'node:timers/promises';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Time that passes only when a test lets it, in ms. */
export class VirtualTime {
  now = 0;
  readonly #timers = new Set<Timer>();

  /** Resolves after this many ms, or as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const fire = () => {
        this.#timers.delete(timer);
        signal?.removeEventListener('abort', fire);
        resolve();
      };
      const timer = { at: this.now + ms, fire };
      this.#timers.add(timer);
      signal?.addEventListener('abort', fire);
    });
  }

  /** Lets this many ms pass: one timer after another, and between them all that follows from each. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (;;) {
      await setImmediate();
      const next = this.#first();
      if (!next || next.at > end) break;
      this.now = Math.max(this.now, next.at);
      next.fire();
    }
    this.now = end;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.at < first.at) first = timer;
    return first;
  }
}
