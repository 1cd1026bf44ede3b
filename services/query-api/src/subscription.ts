import type { RecordedDomainEvent } from '@inkstream/domain';

/** Events that are kept for a follower who is slow: one who missed some reads the streams. */
const MAX_NEWS = 20;

/**
 * What came since a follower asked last: `missed` says that there was more than is kept; `further` are the ids of
 * executions that made progress.
 */
export interface News {
  readonly events: readonly RecordedDomainEvent[];
  readonly missed: boolean;
  readonly further: ReadonlySet<number>;
}
const NOTHING: News = { events: [], missed: false, further: new Set() };

/** Waits for news of one job. */
export class Subscription {
  readonly #onClose: () => void;
  #events: RecordedDomainEvent[] = [];
  #missed = false;
  /** No more of them than the job has executions. */
  #further = new Set<number>();
  #closed = false;
  #wake = () => {};
  /** Runs from the first wait since there was an event. */
  #timer: NodeJS.Timeout | null = null;
  #quiet = false;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(event: RecordedDomainEvent): void {
    this.#events.push(event);
    this.#missed ||= this.#events.length > MAX_NEWS;
    if (this.#missed) this.#events.splice(0, this.#events.length - MAX_NEWS);
    this.#wake();
  }

  notifyProgress(executionId: number): void {
    this.#further.add(executionId);
    this.#wake();
  }

  /**
   * What came since the last call; nothing after `limitMs` without an event, or once closed. Progress does not put that
   * off: it is no sign that events would come.
   */
  async wait(limitMs: number): Promise<News> {
    if (!this.#closed && !this.#quiet && this.#events.length === 0 && this.#further.size === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      this.#timer ??= setTimeout(() => {
        this.#quiet = true;
        this.#wake();
      }, limitMs);
      await promise;
    }
    if (this.#closed) return NOTHING;
    if (this.#events.length === 0 && this.#quiet) {
      this.#restartQuiet();
      return NOTHING;
    }
    const news = { events: this.#events, missed: this.#missed, further: this.#further };
    if (news.events.length > 0) this.#restartQuiet();
    this.#events = [];
    this.#missed = false;
    this.#further = new Set();
    return news;
  }

  /** Ends a wait under way, and every later one at once. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#restartQuiet();
    this.#onClose();
    this.#wake();
  }

  #restartQuiet(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#quiet = false;
  }
}
