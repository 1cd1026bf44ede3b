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
