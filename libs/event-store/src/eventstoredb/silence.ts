const CHECKS = 4;

/** Tells once the other side has been silent for too long while it was its turn to speak. */
export class Silence {
  readonly #tell: () => void;
  #timer: NodeJS.Timeout | undefined;
  #limitMs = 0;
  #since: number | undefined;

  constructor(tell: () => void) {
    this.#tell = tell;
  }

  /** It is the other side's turn, and it may be silent for so long, in ms. */
  expect(limitMs: number): void {
    this.#since = performance.now();
    // A timer for each word would cost more than the words.
    if (limitMs !== this.#limitMs) this.#restart(limitMs);
  }

  /** It is not the other side's turn. */
  pause(): void {
    this.#since = undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #restart(limitMs: number): void {
    clearInterval(this.#timer);
    this.#limitMs = limitMs;
    const check = () => {
      if (this.#since !== undefined && performance.now() - this.#since >= limitMs) this.#tell();
    };
    this.#timer = setInterval(check, limitMs / CHECKS);
  }
}
