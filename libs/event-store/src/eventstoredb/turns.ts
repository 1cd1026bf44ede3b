/** How much work runs at a time: so many pieces, and so much by their sizes, but always one whatever its size. */
export interface Room {
  readonly count: number;
  readonly size: number;
}

/** Lets so much work run at a time, in the order in which it came. The room may change meanwhile. */
export class Turns {
  readonly #waiting: { readonly size: number; readonly start: () => void }[] = [];
  #room: Room;
  #running: Room = { count: 0, size: 0 };
  #whenIdle: (() => void)[] = [];

  constructor(room: Room) {
    this.#room = room;
  }

  set room(room: Room) {
    this.#room = room;
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
    return count === 0 || (count < this.#room.count && this.#running.size + size <= this.#room.size);
  }

  #add(count: number, size: number): void {
    this.#running = { count: this.#running.count + count, size: this.#running.size + size };
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
