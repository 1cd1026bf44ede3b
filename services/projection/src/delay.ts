import type { Delivery } from '@inkstream/message-bus';

/** A message that failed comes again within 30 s, unless it is another replica's now. */
const FORGET_AFTER_MS = 60_000;

interface InHand {
  readonly publishedAt: number;
  /** When its latest try ended, by the clock of this process; undefined while there is one under way. */
  readonly endedAt: number | undefined;
}

/** How late the projection is: the age of the oldest message that it has taken and not finished. */
export class Delay {
  readonly #inHand = new Map<string, InHand>();
  readonly #now: () => number;

  /** @param now ms since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Runs the work of a delivery, which comes again if it fails. */
  async during(
    { offset, publishedAt }: Delivery,
    signal: AbortSignal,
    work: () => Promise<void>,
  ): Promise<void> {
    this.#inHand.set(offset, { publishedAt, endedAt: undefined });
    try {
      await work();
      this.#inHand.delete(offset);
    } catch (error) {
      if (signal.aborted) this.#inHand.delete(offset);
      else this.#inHand.set(offset, { publishedAt, endedAt: this.#now() });
      throw error;
    }
  }

  /** Seconds; 0 if nothing is in hand. */
  get seconds(): number {
    const now = this.#now();
    let oldest = now;
    for (const [offset, { publishedAt, endedAt }] of this.#inHand)
      if (endedAt !== undefined && now - endedAt > FORGET_AFTER_MS) this.#inHand.delete(offset);
      else oldest = Math.min(oldest, publishedAt);
    return (now - oldest) / 1_000;
  }
}
