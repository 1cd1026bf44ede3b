import type { Priority } from '@inkstream/domain';

/** While both wait, one in this many turns goes to bulk work. */
const BULK_EVERY = 10;

/** Work that waits for its slots: one, or all of them. */
interface Waiting {
  readonly need: number;
  readonly start: () => void;
}

/** All work of one key: what waits, first come, first served, and how much of it runs. */
interface Share {
  readonly priority: Priority;
  readonly waiting: Waiting[];
  running: number;
  /** Since when it has not been served: a slot that it had or got, or else when it came. Counts up. */
  turn: number;
}

export interface SlotOptions<Key> {
  /** Whose work it is. */
  readonly key: Key;
  /** Default: interactive. */
  readonly priority?: Priority;
  /** Whether it takes all slots. */
  readonly alone?: boolean;
  readonly signal: AbortSignal;
}

/**
 * A fair semaphore: work that may run at once, shared between keys. A free slot goes to the key that has the least work
 * running, among equals to the one that was served least recently. Nobody overtakes work that is to run alone once it
 * is its turn.
 *
 * Interactive work goes first, and bulk work has what it leaves, but never less than a tenth of the turns: it counts
 * what is begun, not how long it takes.
 */
export class Slots<Key> {
  readonly #size: number;
  #free: number;
  #turns = 0;
  /** Interactive turns since the last one of bulk work. */
  #sinceBulk = 0;
  readonly #shares: Readonly<Record<Priority, Map<Key, Share>>> = { interactive: new Map(), bulk: new Map() };

  constructor(size: number) {
    this.#size = size;
    this.#free = size;
  }

  /** Runs the work once there is room. Rejects with the signal's reason if it aborts before that. */
  async run<T>(
    work: () => Promise<T>,
    { key, priority = 'interactive', alone = false, signal }: SlotOptions<Key>,
  ): Promise<T> {
    const need = alone ? this.#size : 1;
    await this.#acquire(key, priority, need, signal);
    try {
      return await work();
    } finally {
      this.#release(key, priority, need);
    }
  }

  /** Whether work of another key waits. */
  othersWait(key: Key): boolean {
    for (const shares of Object.values(this.#shares))
      for (const [other, { waiting }] of shares) if (other !== key && waiting.length > 0) return true;
    return false;
  }

  async #acquire(key: Key, priority: Priority, need: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const shares = this.#shares[priority];
    const share = shares.get(key) ?? { priority, waiting: [], running: 0, turn: ++this.#turns };
    const waiting: Waiting = { need, start: resolve };
    const leave = () => {
      const index = share.waiting.indexOf(waiting);
      if (index < 0) return;
      share.waiting.splice(index, 1);
      this.#forget(key, share);
      this.#admit();
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    shares.set(key, share);
    share.waiting.push(waiting);
    this.#admit();
    await promise.finally(() => signal.removeEventListener('abort', leave));
  }

  #release(key: Key, priority: Priority, need: number): void {
    this.#free += need;
    const share = this.#shares[priority].get(key);
    if (share) {
      share.running -= need;
      share.turn = ++this.#turns;
      this.#forget(key, share);
    }
    this.#admit();
  }

  /** A key without work is no longer known, so that there are no more of them than there is work. */
  #forget(key: Key, { priority, running, waiting }: Share): void {
    if (running === 0 && waiting.length === 0) this.#shares[priority].delete(key);
  }

  #admit(): void {
    while (this.#free > 0) {
      const share = this.#next();
      const next = share?.waiting[0];
      if (!share || !next || next.need > this.#free) return;
      share.waiting.shift();
      share.running += next.need;
      share.turn = ++this.#turns;
      this.#free -= next.need;
      this.#sinceBulk = share.priority === 'bulk' ? 0 : this.#sinceBulk + 1;
      next.start();
    }
  }

  #next(): Share | undefined {
    const [interactive, bulk] = [this.#best('interactive'), this.#best('bulk')];
    if (!interactive || !bulk) return interactive ?? bulk;
    return this.#sinceBulk >= BULK_EVERY - 1 ? bulk : interactive;
  }

  #best(priority: Priority): Share | undefined {
    let best: Share | undefined;
    for (const share of this.#shares[priority].values()) {
      if (share.waiting.length === 0) continue;
      if (!best || share.running < best.running || (share.running === best.running && share.turn < best.turn))
        best = share;
    }
    return best;
  }
}
