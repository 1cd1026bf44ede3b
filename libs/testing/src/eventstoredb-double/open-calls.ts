/** The calls that are served now, so that they can be ended from outside. */
export class OpenCalls {
  readonly #ends = new Set<(error: unknown) => void>();

  get size(): number {
    return this.#ends.size;
  }

  /** Settles as the work does, or fails when all calls are ended. */
  run<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#ends.add(reject);
      const forget = () => this.#ends.delete(reject);
      work.then(resolve, reject).then(forget, forget);
    });
  }

  /** Fails every call that is served now. */
  endAll(error: unknown): void {
    for (const end of this.#ends) end(error);
    this.#ends.clear();
  }
}
