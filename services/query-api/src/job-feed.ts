import { fromProgressMessage, JOB_EVENTS_TOPIC, PROGRESS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { RecordedExecutionEvent } from '@inkstream/domain';
import type { Consumer, Delivery, MessageBus } from '@inkstream/message-bus';
import { type ClientSemaphore, domainEventOf, HttpError } from '@inkstream/service-kit';
import type { LatestProgress } from './latest-progress.ts';
import { Subscription } from './subscription.ts';

const RETRY = { 'Retry-After': '5' };
const FULL = { outcome: 'full' } as const;

/** After these nothing is done for an execution any more. */
const ENDS: readonly string[] = [
  'ExecutionCompleted',
  'ExecutionFailed',
  'ExecutionCancelled',
  'ExecutionErased',
] satisfies RecordedExecutionEvent['type'][];

/**
 * Tells those who follow a job what happened to it. They know the revision that they are at, and read from the job's
 * stream what they missed: so a message that is lost, late or doubled costs time at most. And keeps what providers tell
 * of their progress, in every replica: what a replica misses it never learns, until more is told.
 */
export class JobFeed {
  readonly #bus: MessageBus;
  readonly #streams: ClientSemaphore;
  readonly #latest: LatestProgress;
  /** By job id, as the messages' attributes have it. */
  readonly #followers = new Map<string, Set<Subscription>>();
  #tails: readonly Consumer[] = [];
  #closed = false;

  constructor(bus: MessageBus, streams: ClientSemaphore, latest: LatestProgress) {
    this.#bus = bus;
    this.#streams = streams;
    this.#latest = latest;
  }

  async start(): Promise<void> {
    await this.#bus.ensureTopics([JOB_EVENTS_TOPIC, PROGRESS_TOPIC].map(topicSpec));
    const tail = (topic: string, handler: (delivery: Delivery) => void) =>
      this.#bus.tail({ topic, from: 'end', handler });
    this.#tails = await Promise.all([
      tail(JOB_EVENTS_TOPIC, (delivery) => this.#onEvent(delivery)),
      tail(PROGRESS_TOPIC, (delivery) => this.#onProgress(delivery)),
    ]);
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
    await Promise.all(this.#tails.map((tail) => tail.close()));
  }

  #onEvent(delivery: Delivery): void {
    const { ce_type = '', ce_jobid = '', ce_jobuid = '', ce_executionid } = delivery.headers;
    if (ENDS.includes(ce_type)) this.#latest.forget(ce_jobuid, Number(ce_executionid));
    const followers = this.#followers.get(ce_jobid);
    if (!followers) return;
    const event = domainEventOf(delivery);
    for (const subscription of followers) subscription.notify(event);
  }

  #onProgress(delivery: Delivery): void {
    const progress = fromProgressMessage(delivery);
    this.#latest.tell(progress);
    for (const subscription of this.#followers.get(String(progress.jobId)) ?? [])
      subscription.notifyProgress(progress.executionId);
  }

  #remove(key: string, subscription: Subscription): void {
    const followers = this.#followers.get(key);
    followers?.delete(subscription);
    if (followers?.size === 0) this.#followers.delete(key);
  }
}
