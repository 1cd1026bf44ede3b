/** Where a message is in its log, and what orders it among others. */
export interface Entry {
  readonly offset: number;
  readonly key: string;
}

/** What is known of the deliveries of a message. */
export interface Deliveries {
  /** How often it was delivered to a handler. */
  deliveries: number;
  /** How many of these failed and count against `maxDeliveries`. */
  failures: number;
  /** Whether the last delivery found it to be of a later release. */
  laterRelease?: boolean;
}

/** A message that is not finished. */
export type Pending<E extends Entry = Entry> = E & Deliveries;

/**
 * The messages of a log between a group's cursor and where it has read the log to. Of each key one message may be
 * taken at a time: the key waits until that one is finished or released.
 */
export class Backlog<E extends Entry> {
  #readUpTo: number;
  readonly #wasDone: (offset: number) => boolean;
  readonly #queues = new Map<string, Pending<E>[]>();
  #readyKeys: string[] = [];
  /** How many of the ready keys were taken already. */
  #taken = 0;
  /** In order, so that the first one bounds the cursor. */
  readonly #unfinished = new Set<number>();

  /** Everything up to `cursor` is done; `wasDone` says what is done beyond it, and is asked once for each offset. */
  constructor(cursor: number, wasDone: (offset: number) => boolean) {
    this.#readUpTo = cursor;
    this.#wasDone = wasDone;
  }

  /** The offset to read on after. */
  get readUpTo(): number {
    return this.#readUpTo;
  }

  /** Everything up to this offset is done. */
  get cursor(): number {
    const [lowest] = this.#unfinished;
    return lowest === undefined ? this.#readUpTo : lowest - 1;
  }

  /** The offsets that are not finished, in order. */
  get unfinished(): Iterable<number> {
    return this.#unfinished;
  }

  /** How many messages are not finished. */
  get size(): number {
    return this.#unfinished.size;
  }

  /** How many messages can be taken now. */
  get ready(): number {
    return this.#readyKeys.length - this.#taken;
  }

  /** How many messages are of a later release, of those that are the next of their key. */
  get laterRelease(): number {
    let count = 0;
    for (const [first] of this.#queues.values()) if (first?.laterRelease) count++;
    return count;
  }

  /** Adds what was read next, except what was read before. */
  add(entries: readonly E[]): void {
    for (const entry of entries) {
      if (entry.offset <= this.#readUpTo) continue;
      this.#readUpTo = entry.offset;
      if (!this.#wasDone(entry.offset)) this.#queue({ ...entry, deliveries: 0, failures: 0 });
    }
  }

  /** The next message whose key is free; the key is in flight from now on. */
  take(): Pending<E> | undefined {
    const key = this.#readyKeys[this.#taken];
    if (key === undefined) return undefined;
    // `shift` would copy the rest each time.
    if (++this.#taken > 1_000) {
      this.#readyKeys = this.#readyKeys.slice(this.#taken);
      this.#taken = 0;
    }
    return this.#queues.get(key)?.[0];
  }

  /** The taken message is to be taken again. */
  release({ key }: Entry): void {
    this.#readyKeys.push(key);
  }

  /** The taken message is done. */
  finish({ key, offset }: Entry): void {
    this.#unfinished.delete(offset);
    const queue = this.#queues.get(key);
    queue?.shift();
    if (queue?.length) this.#readyKeys.push(key);
    else this.#queues.delete(key);
  }

  #queue(pending: Pending<E>): void {
    this.#unfinished.add(pending.offset);
    const queue = this.#queues.get(pending.key);
    if (queue) queue.push(pending);
    else {
      this.#queues.set(pending.key, [pending]);
      this.#readyKeys.push(pending.key);
    }
  }
}
