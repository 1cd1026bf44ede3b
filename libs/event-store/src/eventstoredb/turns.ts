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

/** What is under way on each key, for work that must wait for what came before it. */
export class UnderWay {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Begins the work, and gives it a promise that resolves once all that came before on this key has ended. */
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
