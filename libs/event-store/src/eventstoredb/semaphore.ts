/**
 * How much work may run at a time: how many pieces, and the sum of their sizes. One piece may always run, whatever its
 * size.
 */
export interface Limits {
  readonly count: number;
  readonly size: number;
}

/** A weighted semaphore that is first in, first out. Its limits may change while work runs. */
export class Semaphore {
  readonly #waiting: { readonly size: number; readonly start: () => void }[] = [];
  #limits: Limits;
  #running: Limits = { count: 0, size: 0 };
  #whenIdle: (() => void)[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  set limits(limits: Limits) {
    this.#limits = limits;
    this.#advance();
  }

  async run<T>(size: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ size, start });
      this.#advance();
    });
    try {
      return await work();
    } finally {
      this.#add(-1, -size);
      this.#advance();
    }
  }

  /** Resolves once nothing runs or waits. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#advance();
    });
  }

  #advance(): void {
    for (let next = this.#waiting[0]; next && this.#fits(next.size); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#add(1, next.size);
      next.start();
    }
    if (this.#running.count > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #fits(size: number): boolean {
    const { count } = this.#running;
    return count === 0 || (count < this.#limits.count && this.#running.size + size <= this.#limits.size);
  }

  #add(count: number, size: number): void {
    this.#running = { count: this.#running.count + count, size: this.#running.size + size };
  }
}

/** The order of work on each key, for work that must wait for what came before it. */
export class KeyedOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Starts the work, and passes it a promise that resolves once all earlier work on this key has ended. */
  run<T>(key: string, work: (earlier: Promise<unknown>) => Promise<T>): Promise<T> {
    const earlier = this.#last.get(key) ?? Promise.resolve();
    const result = work(earlier);
    const ended = Promise.allSettled([earlier, result]);
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    return result;
  }
}
