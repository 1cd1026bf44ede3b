import type { RecordedDomainEvent } from '@inkstream/domain';

/** Events that are kept for a follower who is slow: what is missing before them is in the stream. */
const MAX_NEWS = 20;

/** Waits for news of one job. */
export class Subscription {
  readonly #onClose: () => void;
  #news: readonly RecordedDomainEvent[] = [];
  #closed = false;
  #wake = () => {};

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(event: RecordedDomainEvent): void {
    this.#news = [...this.#news, event].slice(-MAX_NEWS);
    this.#wake();
  }

  /** The last events that came since the last call; none after `limitMs` without any, or once closed. */
  async wait(limitMs: number): Promise<readonly RecordedDomainEvent[]> {
    if (this.#news.length === 0 && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, limitMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    const news = this.#closed ? [] : this.#news;
    this.#news = [];
    return news;
  }

  /** Ends a wait under way, and every later one at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#wake();
  }
}
