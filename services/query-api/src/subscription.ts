import type { RecordedDomainEvent } from '@inkstream/domain';

/** Events that are kept for a follower who is slow: one who missed some reads the streams. */
const MAX_NEWS = 20;

/** What came since a follower asked last: `missed` says that there was more than is kept. */
export interface News {
  readonly events: readonly RecordedDomainEvent[];
  readonly missed: boolean;
}
const NOTHING: News = { events: [], missed: false };

/** Waits for news of one job. */
export class Subscription {
  readonly #onClose: () => void;
  #news = NOTHING;
  #closed = false;
  #wake = () => {};

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(event: RecordedDomainEvent): void {
    const events = [...this.#news.events, event];
    this.#news = { events: events.slice(-MAX_NEWS), missed: this.#news.missed || events.length > MAX_NEWS };
    this.#wake();
  }

  /** What came since the last call; nothing after `limitMs` without any, or once closed. */
  async wait(limitMs: number): Promise<News> {
    if (this.#news === NOTHING && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, limitMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    const news = this.#closed ? NOTHING : this.#news;
    this.#news = NOTHING;
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
