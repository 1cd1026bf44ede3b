/** Waits for news of one job. */
export class Subscription {
  readonly #onClose: () => void;
  #news = false;
  #closed = false;
  #wake = () => {};

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(): void {
    this.#news = true;
    this.#wake();
  }

  /** True once there was news since the last call; false after `limitMs` without any, or once closed. */
  async wait(limitMs: number): Promise<boolean> {
    if (!this.#news && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, limitMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    const news = this.#news;
    this.#news = false;
    return news && !this.#closed;
  }

  /** Ends a wait under way, and every later one at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#wake();
  }
}
