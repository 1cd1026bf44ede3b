import type { Entry } from './topic-log.ts';

/** A message that is not finished, and what is known of its deliveries. */
export interface Pending extends Entry {
  /** How often it was given to a handler. */
  deliveries: number;
  /** How many of these failed and count against `maxDeliveries`. */
  failures: number;
}

/**
 * The messages of a group between its cursor and where it has read the topic to. Of each key one message may be
 * taken at a time: the key waits until that one is finished or released.
 */
export class Backlog {
  #readUpTo: number;
  readonly #doneBefore: Set<number>;
  readonly #queues = new Map<string, Pending[]>();
  readonly #readyKeys: string[] = [];
  /** In order, so that the first one bounds the cursor. */
  readonly #unfinished = new Set<number>();
  #unsaved: number[] = [];

  /** `done`: the offsets beyond the cursor that are finished already. */
  constructor(cursor: number, done: ReadonlySet<number>) {
    this.#readUpTo = cursor;
    this.#doneBefore = new Set(done);
  }

  /** The offset to read on after. */
  get readUpTo(): number {
    return this.#readUpTo;
  }

  /** How many messages are not finished. */
  get size(): number {
    return this.#unfinished.size;
  }

  /** Adds what was read next. */
  add(entries: readonly Entry[]): void {
    for (const { offset, key } of entries) {
      this.#readUpTo = offset;
      if (this.#doneBefore.delete(offset)) continue;
      this.#unfinished.add(offset);
      const pending = { offset, key, deliveries: 0, failures: 0 };
      const queue = this.#queues.get(key);
      if (queue) queue.push(pending);
      else {
        this.#queues.set(key, [pending]);
        this.#readyKeys.push(key);
      }
    }
  }

  /** The next message whose key is free; the key is in hand from now on. */
  take(): Pending | undefined {
    const key = this.#readyKeys.shift();
    return key === undefined ? undefined : this.#queues.get(key)?.[0];
  }

  /** The taken message is to be taken again. */
  release({ key }: Pending): void {
    this.#readyKeys.push(key);
  }

  /** The taken message is done. */
  finish({ key, offset }: Pending): void {
    this.#unfinished.delete(offset);
    this.#unsaved.push(offset);
    const queue = this.#queues.get(key);
    queue?.shift();
    if (queue?.length) this.#readyKeys.push(key);
    else this.#queues.delete(key);
  }

  /** What has to be remembered: everything up to `cursor` is done, and beyond it these since `markSaved`. */
  progress(): { cursor: number; done: number[] } {
    const [lowest] = this.#unfinished;
    const cursor = lowest === undefined ? this.#readUpTo : lowest - 1;
    return { cursor, done: this.#unsaved.filter((offset) => offset > cursor) };
  }

  markSaved(): void {
    this.#unsaved = [];
  }
}
