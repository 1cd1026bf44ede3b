import { ObjectStoreBusyError } from './errors.ts';

export interface ByteBudgetOptions {
  /** How many bytes may be held at once. */
  readonly bytes: number;
  /** How long a taker waits, ms (default 10 s). */
  readonly waitMs?: number;
  /** How many may wait (default 256): each has a connection, whose buffers are memory too. */
  readonly mostWaiting?: number;
}

export interface TakeOptions {
  /** Who takes them, such as a client's address; one holds half of the whole at most. */
  readonly holder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting {
  readonly bytes: number;
  readonly holder: string | undefined;
  readonly begin: () => void;
}

/**
 * A semaphore in bytes: memory that all who hold parts of bodies share. Whoever comes while there is too little waits,
 * and is served in order, except those who wait for their own share.
 */
export class ByteBudget {
  readonly #whole: number;
  readonly #waitMs: number;
  readonly #mostWaiting: number;
  readonly #byHolder = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();
  #held = 0;

  constructor({ bytes, waitMs = 10_000, mostWaiting = 256 }: ByteBudgetOptions) {
    this.#whole = bytes;
    this.#waitMs = waitMs;
    this.#mostWaiting = mostWaiting;
  }

  /** Bytes that are held now. */
  get held(): number {
    return this.#held;
  }

  /**
   * Takes this many bytes, or all that one may hold if it is more; call the function returned to give them back.
   *
   * @throws ObjectStoreBusyError if there were too few for too long; the signal's reason as soon as it aborts.
   */
  async take(bytes: number, { holder, signal }: TakeOptions = {}): Promise<() => void> {
    signal?.throwIfAborted();
    const most = holder === undefined ? this.#whole : this.#whole / 2;
    const wanted = { bytes: Math.min(bytes, most), holder };
    const othersFirst = [...this.#waiting].some((other) => this.#fitsShare(other));
    if (othersFirst || !this.#fits(wanted)) await this.#wait(wanted, signal);
    else this.#hold(wanted);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#release(wanted);
    };
  }

  #fitsShare({ bytes, holder }: Omit<Waiting, 'begin'>): boolean {
    return holder === undefined || (this.#byHolder.get(holder) ?? 0) + bytes <= this.#whole / 2;
  }

  #fits(wanted: Omit<Waiting, 'begin'>): boolean {
    return this.#held + wanted.bytes <= this.#whole && this.#fitsShare(wanted);
  }

  #hold({ bytes, holder }: Omit<Waiting, 'begin'>): void {
    this.#held += bytes;
    if (holder !== undefined) this.#byHolder.set(holder, (this.#byHolder.get(holder) ?? 0) + bytes);
  }

  #release({ bytes, holder }: Omit<Waiting, 'begin'>): void {
    this.#held -= bytes;
    if (holder !== undefined) {
      const left = (this.#byHolder.get(holder) ?? bytes) - bytes;
      if (left > 0) this.#byHolder.set(holder, left);
      else this.#byHolder.delete(holder);
    }
    this.#serve();
  }

  /**
   * Serves those who wait, in order, until there is too little for the next one; whoever has used up a share is passed
   * over.
   */
  #serve(): void {
    for (const next of this.#waiting) {
      if (!this.#fitsShare(next)) continue;
      if (!this.#fits(next)) return;
      this.#waiting.delete(next);
      this.#hold(next);
      next.begin();
    }
  }

  #wait(wanted: Omit<Waiting, 'begin'>, signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.size >= this.#mostWaiting) throw new ObjectStoreBusyError();
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiting = { ...wanted, begin: () => resolve(end()) };
      const giveUp = (reason: unknown) => {
        end();
        this.#waiting.delete(waiting);
        reject(reason);
        // Those behind it may need less.
        this.#serve();
      };
      const abort = () => giveUp(signal?.reason);
      const timer = setTimeout(() => giveUp(new ObjectStoreBusyError()), this.#waitMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.add(waiting);
    });
  }
}
