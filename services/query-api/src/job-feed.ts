import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import { HttpError } from '@inkstream/service-kit';

/** Waits for news of one job. */
export class Subscription {
  readonly #leave: (subscription: Subscription) => void;
  #news = false;
  #closed = false;
  #wake = () => {};

  constructor(leave: (subscription: Subscription) => void) {
    this.#leave = leave;
  }

  get closed(): boolean {
    return this.#closed;
  }

  notify(): void {
    this.#news = true;
    this.#wake();
  }

  /** True once there was news since the last call, false after `limitMs` without any, or once closed. */
  async wait(limitMs: number): Promise<boolean> {
    if (!this.#news && !this.#closed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, limitMs);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
    }
    const news = this.#news;
    this.#news = false;
    return news && !this.#closed;
  }

  /** Ends a wait under way, and every later one at once. */
  close(): void {
    this.#closed = true;
    this.#leave(this);
    this.#wake();
  }
}

/**
 * Tells those who follow a job that something happened to it. What it was they read from the job's stream: so a
 * message that is lost, late or doubled costs time at most.
 */
export class JobFeed {
  readonly #byJob = new Map<string, Set<Subscription>>();
  readonly #maxSubscriptions: number;
  #tail: Consumer | null = null;
  #count = 0;
  #closed = false;

  constructor(maxSubscriptions: number) {
    this.#maxSubscriptions = maxSubscriptions;
  }

  async start(bus: MessageBus): Promise<void> {
    await bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
    this.#tail = await bus.tail({
      topic: JOB_EVENTS_TOPIC,
      from: 'end',
      handler: ({ key }) => this.#byJob.get(key)?.forEach((subscription) => void subscription.notify()),
    });
  }

  get size(): number {
    return this.#count;
  }

  /** @throws HttpError 503 where as many follow as may, or the service is closing. */
  subscribe(jobId: number): Subscription {
    if (this.#closed || this.#count >= this.#maxSubscriptions)
      throw new HttpError(503, 'Too many event streams are open; try again', { 'Retry-After': '5' });
    const key = String(jobId);
    const followers = this.#byJob.get(key) ?? new Set();
    const subscription = new Subscription((leaving) => {
      if (!followers.delete(leaving)) return;
      this.#count -= 1;
      if (followers.size === 0) this.#byJob.delete(key);
    });
    this.#byJob.set(key, followers.add(subscription));
    this.#count += 1;
    return subscription;
  }

  /** Ends all subscriptions. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const followers of [...this.#byJob.values()])
      for (const subscription of [...followers]) subscription.close();
    await this.#tail?.close();
  }
}
