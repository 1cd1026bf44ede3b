/** Lets so much work run at a time, in the order in which it came. The limit may change meanwhile. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #running = 0;
  #whenIdle: (() => void)[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  set limit(limit: number) {
    this.#limit = limit;
    this.#advance();
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#advance();
    });
    try {
      return await work();
    } finally {
      this.#running--;
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
    while (this.#running < this.#limit) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#running++;
      next();
    }
    if (this.#running > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
