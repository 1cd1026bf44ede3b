/** A message to publish. Messages of one key keep their order. Header names are lower case. */
export interface Message {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A message as it reaches a handler. `redelivered` counts the earlier deliveries known to this consumer, `failures`
 * those of them that failed for reasons that were not transient.
 */
export interface Delivery extends Message {
  readonly topic: string;
  /** Its place in the topic, as the broker names it; for people to read. */
  readonly offset: string;
  /** When it was published, ms since 1970 by the broker's clock; by the publisher's for an older topic of Kafka. */
  readonly publishedAt: number;
  readonly redelivered: number;
  readonly failures: number;
}

export interface TopicSpec {
  readonly name: string;
  /** How long messages are kept after they were published, in ms. */
  readonly retentionMs?: number;
  /** Keep the latest message of each key for ever. */
  readonly compacted?: boolean;
}

export interface ConsumeOptions {
  readonly topic: string;
  /** Consumers of one group share the messages between them; each group gets them all. A group is of one topic. */
  readonly group: string;
  /** How many messages (of different keys) are in flight at once. */
  readonly concurrency: number;
  /**
   * Resolves when the message is finished. If it rejects, the message is redelivered after a backoff; its key waits
   * meanwhile, other keys go on. An error whose `transient` is true never counts against `maxDeliveries`.
   *
   * A `DeliverLaterError` parks the message for as long as it says. After a `LaterReleaseError` it is retried without
   * limit: its key waits, so that a job's events keep their order, and the other keys go on until as many messages wait
   * as a consumer keeps in memory; from then on all of them wait.
   *
   * The signal aborts with a `DeliveryRevokedError`. A handler that hands its work back then, rather than losing it,
   * has 2 s for that if the consumer closes.
   */
  readonly handler: (delivery: Delivery, signal: AbortSignal) => Promise<void>;
  /** After so many failed deliveries (default 10) the message goes to `deadLetterTopic`, or is dropped without one. */
  readonly maxDeliveries?: number;
  readonly deadLetterTopic?: string;
  /** Backoff before a redelivery, in ms: first one and upper bound (defaults 200 and 30,000); doubles between. */
  readonly backoffMs?: { readonly first: number; readonly max: number };
}

export interface TailOptions {
  readonly topic: string;
  /** `beginning`: all that is kept, then live. `end`: live only. */
  readonly from: 'beginning' | 'end';
  /** Called one message at a time. A rejection is logged by the adapter's `onError` and the tail goes on. */
  readonly handler: (delivery: Delivery) => Promise<void> | void;
}

export interface Consumer {
  /** Takes no new messages until `resume`; those in flight go on. */
  pause(): void;
  resume(): void;
  /**
   * Takes no more, waits up to `graceMs` (default 10,000) for those in flight, then aborts their signal and waits 2 s
   * more for handlers that react to it; what was not finished is delivered again to whoever consumes next.
   */
  close(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Where a topic ends: for each of its partitions, the number of its next message. Never lower than before, unless
 * messages were lost.
 */
export type TopicEnds = readonly number[];

/** Messages of a topic that went to the dead letters for a reason, the word of `x-reason`. */
export interface DeadLetters {
  readonly topic: string;
  readonly reason: string;
  readonly count: number;
}

/** What an operator should know of a bus; empty lists and 0 if all is well. */
export interface BusStatus {
  /** A sentence for each topic that this bus was asked to ensure and whose settings differ. */
  readonly topics: readonly string[];
  /** Messages of a later release that wait for an upgrade of this consumer. */
  readonly laterRelease: readonly {
    readonly topic: string;
    readonly group: string;
    readonly waiting: number;
  }[];
  /** How many messages went to the dead letters since this bus was opened: of each topic that it consumes, 0 at first. */
  readonly deadLetters: readonly DeadLetters[];
  /** How many times a consumer or a tail heard nothing for too long and was renewed. */
  readonly renewed: number;
}

/**
 * Topics with consumer groups.
 *
 * Promises, which `messageBusContract` tests on every adapter:
 * - `publish` is durable once it resolves, and keeps the order of the messages of a key.
 * - At least once: a message whose handler did not resolve is delivered again, after a crash too.
 * - Messages of one key are handled one after another, in order; at most `concurrency` are in flight.
 * - A message that always fails ends in the dead-letter topic, and nobody else waits for it. Its headers say why
 *   (`x-reason` in one word, `x-error` in a sentence), where it came from (`x-topic`, `x-offset`) and when (`x-time`).
 * - A group begins at the start of a topic. A topic must exist before it is used.
 * - Faults of the broker are `MessageBusUnavailableError`, whose `transient` is true.
 */
export interface MessageBus {
  /**
   * Creates the topics that are not there. Those that exist stay as they are; `status` reports what is wrong with them.
   */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  publish(topic: string, messages: readonly Message[]): Promise<void>;
  consume(options: ConsumeOptions): Promise<Consumer>;
  /** Reads a topic without a group: every tail gets every message. */
  tail(options: TailOptions): Promise<Consumer>;
  /**
   * How many messages of the topic the group has not finished. A broker that keeps one offset per partition counts
   * what is finished behind an unfinished message too.
   */
  lag(topic: string, group: string): Promise<number>;
  /** Where the topic ends now: at least where it did when the last `publish` resolved. */
  ends(topic: string): Promise<TopicEnds>;
  status(): BusStatus;
  /** Rejects with `MessageBusUnavailableError` if the broker does not answer. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
