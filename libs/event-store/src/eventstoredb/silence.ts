/** Tells once the other side has been silent for so long, in ms, while it was its turn to speak. */
export class Silence {
  readonly #timer: NodeJS.Timeout;
  #since: number | undefined = performance.now();

  constructor(limitMs: number, tell: () => void) {
    const check = () => {
      if (this.#since !== undefined && performance.now() - this.#since >= limitMs) tell();
    };
    this.#timer = setInterval(check, limitMs / 4);
  }

  /** Whether it is the other side's turn from now on. */
  expect(speech: boolean): void {
    this.#since = speech ? performance.now() : undefined;
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
