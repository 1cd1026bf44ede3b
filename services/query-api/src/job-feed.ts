import { JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import { HttpError, jobEventOf } from '@inkstream/service-kit';
import { Subscription } from './subscription.ts';

/**
 * Tells those who follow a job what happened to it. They know the revision that they are at, and read from the job's
 * stream what they missed: so a message that is lost, late or doubled costs time at most.
 */
export class JobFeed {
  readonly #bus: MessageBus;
  readonly #maxSubscriptions: number;
  /** By job id, as the messages' keys have it. */
  readonly #followers = new Map<string, Set<Subscription>>();
  #tail: Consumer | null = null;
  #count = 0;
  #closed = false;

  constructor(bus: MessageBus, maxSubscriptions: number) {
    this.#bus = bus;
    this.#maxSubscriptions = maxSubscriptions;
  }

  async start(): Promise<void> {
    await this.#bus.ensureTopics([topicSpec(JOB_EVENTS_TOPIC)]);
    this.#tail = await this.#bus.tail({
      topic: JOB_EVENTS_TOPIC,
      from: 'end',
      handler: (delivery) => {
        const followers = this.#followers.get(delivery.key);
        if (!followers) return;
        const event = jobEventOf(delivery);
        for (const subscription of followers) subscription.notify(event);
      },
    });
  }

  /** @throws HttpError 503 where as many follow as may, or the service is closing. */
  subscribe(jobId: number): Subscription {
    if (this.#closed || this.#count >= this.#maxSubscriptions)
      throw new HttpError(503, 'Too many event streams are open; try again', { 'Retry-After': '5' });
    const key = String(jobId);
    const subscription = new Subscription(() => this.#remove(key, subscription));
    this.#followers.set(key, (this.#followers.get(key) ?? new Set()).add(subscription));
    this.#count += 1;
    return subscription;
  }

  /** Ends all subscriptions. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const subscription of [...this.#followers.values()].flatMap((set) => [...set])) subscription.close();
    await this.#tail?.close();
  }

  #remove(key: string, subscription: Subscription): void {
    const followers = this.#followers.get(key);
    followers?.delete(subscription);
    if (followers?.size === 0) this.#followers.delete(key);
    this.#count -= 1;
  }
}
