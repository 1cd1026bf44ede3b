import type { Consumer } from 'kafkajs';

/** A limit is this many checks, so that a process that was stopped for a while reads its answers before it decides. */
const CHECKS = 4;
/** Joining a group waits for its other members, so it may take this many times the limit. */
const JOINING_FACTOR = 3;

export interface WatchdogOptions {
  readonly limitMs: number;
  /** Whether there is nothing to fetch: no partitions, or it is paused. */
  readonly isIdle: () => boolean;
  readonly onSilence: () => void;
}

/**
 * Notices a consumer that no longer hears its brokers: a connection that was cut in one direction, a broker that hangs,
 * a client that waits for one of these without limit. While there is something to fetch, the answer to a fetch is the
 * sign of life, from each broker that one was sent to; else any answer is. And whether it is a member still: it paces its
 * heartbeats by the wall clock, so that they stop for hours if that is set back, while fetches go on and no commit is taken.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  readonly #timer: NodeJS.Timeout;
  #joining = true;
  #checks = 0;
  #checksWithoutHeartbeat = 0;
  /** For each broker with an unanswered fetch, the checks since it was sent. */
  readonly #unanswered = new Map<number, number>();

  constructor(consumer: Consumer, options: WatchdogOptions) {
    this.#options = options;
    const { REQUEST, REBALANCING, GROUP_JOIN, FETCH, FETCH_START, HEARTBEAT } = consumer.events;
    consumer.on(REQUEST, ({ payload }) => {
      if (this.#joining || options.isIdle() || payload.apiName === 'Fetch') this.#checks = 0;
    });
    consumer.on(HEARTBEAT, () => {
      this.#checksWithoutHeartbeat = 0;
    });
    consumer.on(REBALANCING, () => this.#begin(true));
    consumer.on(GROUP_JOIN, () => this.#begin(false));
    consumer.on(FETCH_START, ({ payload: { nodeId } }) => {
      if (!this.#unanswered.has(nodeId)) this.#unanswered.set(nodeId, 0);
    });
    consumer.on(FETCH, ({ payload: { nodeId } }) => this.#unanswered.delete(nodeId));
    this.#timer = setInterval(() => this.#check(), options.limitMs / CHECKS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #begin(joining: boolean): void {
    this.#joining = joining;
    this.#checks = 0;
    this.#checksWithoutHeartbeat = 0;
    this.#unanswered.clear();
  }

  #check(): void {
    this.#checks++;
    this.#checksWithoutHeartbeat++;
    for (const [broker, checks] of this.#unanswered) this.#unanswered.set(broker, checks + 1);
    const most = Math.max(this.#checks, this.#checksWithoutHeartbeat, ...this.#unanswered.values());
    if (most <= CHECKS * (this.#joining ? JOINING_FACTOR : 1)) return;
    this.stop();
    this.#options.onSilence();
  }
}
