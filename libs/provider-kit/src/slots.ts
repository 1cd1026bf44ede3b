interface Waiting {
  readonly need: number;
  readonly start: () => void;
}

/** Work that may run at once, first come, first served. Work that is to run alone takes all slots. */
export class Slots {
  readonly #size: number;
  #free: number;
  readonly #waiting: Waiting[] = [];

  constructor(size: number) {
    this.#size = size;
    this.#free = size;
  }

  /** Runs the work once there is room. Rejects with the signal's reason where it aborts before that. */
  async run<T>(
    work: () => Promise<T>,
    { alone, signal }: { readonly alone: boolean; readonly signal: AbortSignal },
  ): Promise<T> {
    const need = alone ? this.#size : 1;
    await this.#acquire(need, signal);
    try {
      return await work();
    } finally {
      this.#free += need;
      this.#admit();
    }
  }

  async #acquire(need: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { need, start: resolve };
    const leave = () => {
      const index = this.#waiting.indexOf(waiting);
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      this.#admit();
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    this.#waiting.push(waiting);
    this.#admit();
    await promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next && next.need <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.need;
      next.start();
    }
  }
}
