const CHECKS = 4;

/** Calls back once the other side has been silent for too long while something was expected of it. */
export class IdleTimer {
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;
  #limitMs = 0;
  #since: number | undefined;

  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** Expects something of the other side, which may be silent for this long, in ms. */
  start(limitMs: number): void {
    this.#since = performance.now();
    // A timer for each message would cost more than the messages.
    if (limitMs !== this.#limitMs) this.#restart(limitMs);
  }

  /** Expects nothing of the other side. */
  stop(): void {
    this.#since = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #restart(limitMs: number): void {
    clearInterval(this.#timer);
    this.#limitMs = limitMs;
    const check = () => {
      if (this.#since !== undefined && performance.now() - this.#since >= limitMs) this.#onIdle();
    };
    this.#timer = setInterval(check, limitMs / CHECKS);
  }
}
