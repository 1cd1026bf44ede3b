import { JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { Consumer, MessageBus } from '@inkstream/message-bus';
import { type ClientSemaphore, domainEventOf, HttpError } from '@inkstream/service-kit';
import { Subscription } from './subscription.ts';

const RETRY = { 'Retry-After': '5' };
const FULL = { outcome: 'full' } as const;

/**
 * Tells those who follow a job what happened to it. They know the revision that they are at, and read from the job's
 * stream what they missed: so a message that is lost, late or doubled costs time at most.
 */
export class JobFeed {
  readonly #bus: MessageBus;
  readonly #streams: ClientSemaphore;
  /** By job id, as the messages' attributes have it. */
  readonly #followers = new Map<string, Set<Subscription>>();
  #tail: Consumer | null = null;
  #closed = false;

  constructor(bus: MessageBus, streams: ClientSemaphore) {
    this.#bus = bus;
    this.#streams = streams;
  }

  async start(): Promise<void> {
    await this.#bus.ensureTopics([topicSpec(JOB_EVENTS_TOPIC)]);
    this.#tail = await this.#bus.tail({
      topic: JOB_EVENTS_TOPIC,
      from: 'end',
      handler: (delivery) => {
        const followers = this.#followers.get(delivery.headers.ce_jobid ?? '');
        if (!followers) return;
        const event = domainEventOf(delivery);
        for (const subscription of followers) subscription.notify(event);
      },
    });
  }

  /**
   * Follows a job for a client, as `addressKey` names it.
   *
   * @throws HttpError 503 if as many follow as may, or the service is closing; 429 if the client has its share.
   */
  subscribe(jobId: number, client: string): Subscription {
    const acquired = this.#closed ? FULL : this.#streams.acquire(client);
    if (acquired.outcome === 'full')
      throw new HttpError(503, 'Too many event streams are open; try again', RETRY);
    if (acquired.outcome === 'share-used')
      throw new HttpError(429, 'Too many event streams are open from your address', RETRY);
    const key = String(jobId);
    const subscription = new Subscription(() => {
      acquired.release();
      this.#remove(key, subscription);
    });
    this.#followers.set(key, (this.#followers.get(key) ?? new Set()).add(subscription));
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
  }
}
