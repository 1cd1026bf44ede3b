import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, Kafka, KafkaMessage } from 'kafkajs';
import { doneWithin } from '../delivery/grace.ts';
import { MessageBusUnavailableError } from '../errors.ts';
import type { Log } from './log.ts';
import { createMember, type MemberOptions } from './member.ts';
import type { Committed } from './partition.ts';
import { Watchdog } from './watchdog.ts';

/** The wait from one restart to the next, in ms. */
const RESTART_MS = { first: 250, max: 3_000 };
/**
 * How long the first join of a group is retried, in ms: its coordinator may be starting. The first group of a cluster
 * waits for the brokers to create a topic of 50 partitions, which takes a busy machine more than ten seconds.
 */
const JOIN_MS = 30_000;
const CLOSE_MS = 5_000;
/** A consumer that hears nothing for this long is renewed, in ms: no fetch waits for more than half a second. */
const SILENCE_MS = 15_000;

interface PartitionOffset {
  readonly partition: number;
  readonly offset: string;
  readonly metadata: string;
}

export interface SessionOptions extends MemberOptions {
  /** Returns a client of the session's own, see `createClient`. */
  readonly createClient: () => Kafka;
  readonly topic: string;
  readonly log: Log | undefined;
  /** How long it may hear nothing (default 15,000), in ms. */
  readonly silenceMs?: number | undefined;
  /** It heard nothing for that long and rejoins. */
  onSilence(): void;
  /** The group changes: what is finished should be committed now. Partitions may be revoked. */
  onRebalance(): void;
  /** The partitions that are assigned now; each needs `seek` before it is read on. */
  onAssigned(session: Session, partitions: readonly number[]): void;
  /**
   * The next messages of a partition; `isStale` once the partition was sought elsewhere. Returns false if they were not
   * taken, and are to come again.
   */
  onBatch(partition: number, messages: readonly KafkaMessage[], isStale: () => boolean): Promise<boolean>;
}

/**
 * A membership in a group, for as long as it is not closed: if the client gives up, a new one joins with backoff.
 * Heartbeats go along with fetching, which waits for no handler.
 */
export class Session {
  readonly #options: SessionOptions;
  readonly #closing = new AbortController();
  readonly #joined = Promise.withResolvers<void>();
  readonly #loop: Promise<void>;
  #consumer: Consumer | undefined;
  #commit: ((offsets: readonly PartitionOffset[]) => Promise<void>) | undefined;
  #paused = false;
  #hasPartitions = false;
  #backoff = RESTART_MS.first;

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#loop = this.#run();
  }

  /** @throws MessageBusUnavailableError if the group can't be joined now. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.#joined.promise;
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Stops fetching until `resume`. */
  pause(): void {
    if (!this.#paused) this.#whileMember((consumer) => consumer.pause([{ topic: this.#options.topic }]));
    this.#paused = true;
  }

  resume(): void {
    if (this.#paused) this.#whileMember((consumer) => consumer.resume([{ topic: this.#options.topic }]));
    this.#paused = false;
  }

  /** The partition is fetched from this offset on; may be called from `onAssigned`. */
  seek(partition: number, offset: number): void {
    this.#consumer?.seek({ topic: this.#options.topic, partition, offset: String(offset) });
  }

  /**
   * Commits once, for the membership as it is now. kafkajs's own `commitOffsets` repeats itself, even in a later
   * membership, in which the partitions may be another consumer's: so it is used only before the first batch.
   *
   * @throws if it was not possible: between two memberships, or no broker answers.
   */
  async commit(offsets: ReadonlyMap<number, Committed>): Promise<void> {
    if (!this.#commit) throw new MessageBusUnavailableError('Not a member of the group now');
    await this.#commit(
      [...offsets].map(([partition, { offset, metadata }]) => ({
        partition,
        offset: String(offset),
        metadata,
      })),
    );
  }

  /** Leaves the group. */
  async close(): Promise<void> {
    this.#closing.abort();
    await doneWithin(this.#loop, CLOSE_MS);
  }

  /** kafkajs throws between two memberships; the next one begins with the state of that time. */
  #whileMember(work: (consumer: Consumer) => void): void {
    try {
      if (this.#consumer) work(this.#consumer);
    } catch (err) {
      this.#options.log?.debug({ topic: this.#options.topic, err }, 'Not a member of the group now');
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const joinBy = performance.now() + JOIN_MS;
    while (!signal.aborted) {
      try {
        await this.#live(signal);
      } catch (err) {
        const { topic, group, log } = this.#options;
        if (performance.now() > joinBy) {
          this.#joined.reject(new MessageBusUnavailableError('The group cannot be joined', { cause: err }));
        }
        if (signal.aborted) return;
        log?.warn({ topic, group, err, restartInMs: this.#backoff }, 'The consumer restarts');
        await sleep(this.#backoff, undefined, { signal }).catch(() => {});
        this.#backoff = Math.min(RESTART_MS.max, this.#backoff * 2);
      }
    }
  }

  /** One client from its start until it is closed; rejects with what it gave up on. */
  async #live(signal: AbortSignal): Promise<void> {
    const consumer = this.#create();
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    ended.catch(() => {});
    const end = () => resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    signal.addEventListener('abort', end);
    this.#consumer = consumer;
    const watchdog = this.#watchdog(consumer, reject);
    try {
      // A start that hangs is ended by the watchdog.
      await Promise.race([this.#start(consumer).then(() => ended), ended]);
    } finally {
      watchdog.stop();
      signal.removeEventListener('abort', end);
      this.#consumer = undefined;
      this.#commit = undefined;
      // The client waits for its fetches, which may never be answered.
      await doneWithin(
        consumer.disconnect().catch(() => {}),
        CLOSE_MS,
      );
    }
  }

  #watchdog(consumer: Consumer, end: (error: Error) => void): Watchdog {
    const { silenceMs = SILENCE_MS, onSilence } = this.#options;
    return new Watchdog(consumer, {
      limitMs: silenceMs,
      isIdle: () => this.#paused || !this.#hasPartitions,
      onSilence: () => {
        onSilence();
        end(new MessageBusUnavailableError(`The brokers were silent for more than ${silenceMs} ms`));
      },
    });
  }

  #create(): Consumer {
    const { createClient, group, sessionTimeoutMs, owned } = this.#options;
    const consumer = createMember(createClient(), { group, sessionTimeoutMs, owned });
    consumer.on(consumer.events.REBALANCING, () => this.#options.onRebalance());
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.#assigned(consumer, payload.memberAssignment[this.#options.topic] ?? []);
    });
    return consumer;
  }

  #assigned(consumer: Consumer, partitions: readonly number[]): void {
    this.#backoff = RESTART_MS.first;
    this.#hasPartitions = partitions.length > 0;
    if (this.#paused) consumer.pause([{ topic: this.#options.topic }]);
    this.#options.onAssigned(this, partitions);
    this.#joined.resolve();
  }

  async #start(consumer: Consumer): Promise<void> {
    const { topic } = this.#options;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async ({ batch, resolveOffset, isStale, commitOffsetsIfNecessary }) => {
        // One that was given up on may still connect later.
        if (this.#consumer !== consumer) return;
        this.#commit = (offsets) =>
          commitOffsetsIfNecessary({ topics: [{ topic, partitions: [...offsets] }] });
        const { partition, messages } = batch;
        if (await this.#options.onBatch(partition, messages, isStale)) resolveOffset(batch.lastOffset());
      },
    });
    // What is finished after a restart has to be committed even if nothing new comes.
    this.#commit ??= (offsets) => consumer.commitOffsets(offsets.map((offset) => ({ topic, ...offset })));
  }
}
