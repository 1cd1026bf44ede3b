import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import { MessageBusUnavailableError, UnknownTopicError } from '../errors.ts';
import type { TopicEnds, TopicSpec } from '../message-bus.ts';
import { decodeDone } from './done-offsets.ts';
import { portError, typeOf } from './faults.ts';
import { LazyConnection } from './lazy-connection.ts';
import type { Log } from './log.ts';
import type { Committed } from './partition.ts';
import { faultsOf } from './topic-check.ts';
import { configOf } from './topic-config.ts';

/**
 * How long an operation is retried, and the pause between tries, in ms; kafkajs itself retries for a while each time.
 */
const RETRY_MS = 10_000;
const PAUSE_MS = 100;

/** How long a topic that was created may take until every broker knows it, in ms. */
const VISIBLE_MS = 10_000;

/** What a partition holds: the offsets from `low` up to, but without, `high`. */
export interface Bounds {
  readonly partition: number;
  readonly low: number;
  readonly high: number;
}

export interface TopicsOptions {
  /** Partitions of a topic that is created (default 12): no more consumers of a group than that share it. */
  readonly partitions?: number;
  /** Brokers that keep a copy of a topic that is created (default 1; 3 on a cluster). */
  readonly replication?: number;
  readonly log?: Log;
}

/** The topics and groups of the cluster. Each method throws `MessageBusUnavailableError` if no broker answers. */
export class Topics {
  readonly #admin: LazyConnection<Admin>;
  readonly #partitions: number;
  readonly #replication: number;
  readonly #log: Log | undefined;
  #known: ReadonlySet<string> = new Set<string>();
  /** What is wrong with the topics that were asked for and existed already; empty texts if nothing is. */
  readonly #checked = new Map<string, string>();

  constructor(client: Kafka, { partitions = 12, replication = 1, log }: TopicsOptions) {
    this.#admin = new LazyConnection(() => client.admin());
    this.#partitions = partitions;
    this.#replication = replication;
    this.#log = log;
  }

  /** A sentence for each topic whose settings differ from those asked for. */
  get faults(): string[] {
    return [...this.#checked.values()].filter((fault) => fault !== '');
  }

  close(): Promise<void> {
    return this.#admin.close();
  }

  /** Creates what is missing, and leaves the rest as it is. */
  async ensure(specs: readonly TopicSpec[]): Promise<void> {
    await this.#refresh();
    const missing = specs.filter(({ name }) => !this.#known.has(name));
    await this.#check(specs.filter(({ name }) => this.#known.has(name) && !this.#checked.has(name)));
    for (const spec of missing) await this.#create(spec);
    const until = performance.now() + VISIBLE_MS;
    while (missing.some(({ name }) => !this.#known.has(name))) {
      if (performance.now() > until) throw new MessageBusUnavailableError('The topics have not appeared');
      await this.#refresh();
    }
  }

  /** @throws UnknownTopicError */
  async assertKnown(topic: string): Promise<void> {
    if (this.#known.has(topic)) return;
    await this.#refresh();
    if (!this.#known.has(topic)) throw new UnknownTopicError(topic);
  }

  async bounds(topic: string): Promise<Bounds[]> {
    await this.assertKnown(topic);
    const offsets = await this.call((admin) => admin.fetchTopicOffsets(topic), topic);
    return offsets.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
  }

  async ends(topic: string): Promise<TopicEnds> {
    const ends: number[] = [];
    for (const { partition, high } of await this.bounds(topic)) ends[partition] = high;
    return ends;
  }

  /** Where the group goes on, for each partition in which it has a committed offset. */
  async committed(topic: string, group: string): Promise<Map<number, Committed>> {
    const offsets = await this.call(
      (admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }),
      topic,
    );
    const places = (offsets[0]?.partitions ?? []).map(
      ({ partition, offset, metadata }) =>
        [partition, { offset: Number(offset), metadata: metadata ?? '' }] as const,
    );
    return new Map(places.filter(([, { offset }]) => offset >= 0));
  }

  /** How many messages are not finished; what a commit marks as finished beyond its offset counts as finished. */
  async lag(topic: string, group: string): Promise<number> {
    const bounds = await this.bounds(topic);
    const committed = await this.committed(topic, group);
    let lag = 0;
    for (const { partition, low, high } of bounds) {
      const { offset, metadata } = committed.get(partition) ?? { offset: low, metadata: '' };
      lag += Math.max(0, high - Math.max(low, offset));
      for (const [first, last] of decodeDone(offset - 1, metadata)) {
        lag -= Math.max(0, Math.min(last, high - 1) - Math.max(first, low) + 1);
      }
    }
    return Math.max(0, lag);
  }

  /** Removes a group that has no members; one that stays behind is removed by the brokers in the end. */
  async forgetGroup(group: string): Promise<void> {
    await this.call((admin) => admin.deleteGroups([group])).catch(() => {});
  }

  async ping(): Promise<void> {
    await this.call((admin) => admin.describeCluster());
  }

  /**
   * Runs an administrative operation, and retries it if the brokers are not ready for it: just after a topic was
   * created its partitions may have no leader yet. Throws errors of the port.
   */
  async call<T>(work: (admin: Admin) => Promise<T>, topic?: string): Promise<T> {
    const until = performance.now() + RETRY_MS;
    for (;;) {
      try {
        return await work(await this.#admin.get());
      } catch (err) {
        this.#admin.drop();
        const error = portError(err, topic);
        const again = error instanceof MessageBusUnavailableError && !this.#admin.closed;
        if (!again || performance.now() > until) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }

  async #refresh(): Promise<void> {
    // In one step: others may ask meanwhile.
    this.#known = new Set(await this.call((admin) => admin.listTopics()));
  }

  /** Reports what is wrong with existing topics. Failing to find that out keeps nobody from using them. */
  async #check(specs: readonly TopicSpec[]): Promise<void> {
    if (specs.length === 0) return;
    try {
      const faults = await this.call((admin) => faultsOf(admin, specs, this.#partitions));
      for (const { name } of specs) {
        const fault = faults.get(name) ?? '';
        this.#checked.set(name, fault);
        if (fault) this.#log?.warn({ topic: name }, fault);
      }
    } catch (err) {
      this.#log?.warn({ topics: specs.map(({ name }) => name), err }, 'Topics could not be checked');
    }
  }

  async #create(spec: TopicSpec): Promise<void> {
    const topic: ITopicConfig = {
      topic: spec.name,
      numPartitions: this.#partitions,
      replicationFactor: this.#replication,
      configEntries: configOf(spec, this.#replication),
    };
    await this.call(async (admin) => {
      try {
        await admin.createTopics({ topics: [topic], waitForLeaders: false });
      } catch (error) {
        if (typeOf(error) !== 'TOPIC_ALREADY_EXISTS') throw error;
      }
    });
  }
}
