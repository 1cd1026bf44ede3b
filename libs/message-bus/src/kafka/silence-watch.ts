import type { Consumer } from 'kafkajs';

/** A limit is so many looks, so that a process that was stopped for a while finds its answers before it judges. */
const LOOKS = 4;
/** Joining a group waits for its other members, so it may take so many times the limit. */
const JOINING_FACTOR = 3;

export interface SilenceWatchOptions {
  readonly limitMs: number;
  /** Whether there is nothing to fetch: no partitions, or it is paused. */
  readonly isIdle: () => boolean;
  readonly onSilence: () => void;
}

/**
 * Notices a consumer that no longer hears its brokers: a connection that was cut in one direction, a broker that hangs,
 * a client that waits for one of these for ever. While there is something to fetch, the answer to a fetch is the sign of
 * life, from each broker that one was sent to; else any answer is.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  readonly #timer: NodeJS.Timeout;
  #joining = true;
  #looks = 0;
  /** For each broker with an unanswered fetch, the looks since it was sent. */
  readonly #unanswered = new Map<number, number>();

  constructor(consumer: Consumer, options: SilenceWatchOptions) {
    this.#options = options;
    const { REQUEST, REBALANCING, GROUP_JOIN, FETCH, FETCH_START } = consumer.events;
    consumer.on(REQUEST, ({ payload }) => {
      if (this.#joining || options.isIdle() || payload.apiName === 'Fetch') this.#looks = 0;
    });
    consumer.on(REBALANCING, () => this.#begin(true));
    consumer.on(GROUP_JOIN, () => this.#begin(false));
    consumer.on(FETCH_START, ({ payload: { nodeId } }) => {
      if (!this.#unanswered.has(nodeId)) this.#unanswered.set(nodeId, 0);
    });
    consumer.on(FETCH, ({ payload: { nodeId } }) => this.#unanswered.delete(nodeId));
    this.#timer = setInterval(() => this.#look(), options.limitMs / LOOKS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #begin(joining: boolean): void {
    this.#joining = joining;
    this.#looks = 0;
    this.#unanswered.clear();
  }

  #look(): void {
    this.#looks++;
    for (const [broker, looks] of this.#unanswered) this.#unanswered.set(broker, looks + 1);
    const most = Math.max(this.#looks, ...this.#unanswered.values());
    if (most <= LOOKS * (this.#joining ? JOINING_FACTOR : 1)) return;
    this.stop();
    this.#options.onSilence();
  }
}
