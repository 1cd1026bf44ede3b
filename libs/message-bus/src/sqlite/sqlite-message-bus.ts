import type { DatabaseSync } from 'node:sqlite';
import { assertRoom, migrate, openDatabase, Wakeup } from '@inkstream/sqlite';
import { DeadLetterCounts } from '../delivery/dead-letter.ts';
import { MessageBusUnavailableError } from '../errors.ts';
import type {
  BusStatus,
  ConsumeOptions,
  Consumer,
  Message,
  MessageBus,
  TailOptions,
  TopicEnds,
  TopicSpec,
} from '../message-bus.ts';
import { Group } from './group.ts';
import { migrations } from './schema.ts';
import { type BusStore, createBusStore, guard, type Log, toFault } from './store.ts';
import { sweep } from './sweep.ts';
import { Tail } from './tail.ts';

const DEFAULT_SWEEP_EVERY_MS = 60_000;

export interface SqliteMessageBusOptions {
  /** The file, created if it is missing; other adapters may share it. */
  readonly file: string;
  readonly log?: Log;
  /** The clock that messages are stamped and trimmed by. */
  readonly now?: () => Date;
  /** How often finished messages past their retention are deleted, in ms (default 60,000). */
  readonly sweepEveryMs?: number;
}

/**
 * The message bus in one SQLite file, for one process: other processes may publish and tail (they are seen within
 * 250 ms), but the consumers of a group must all be in one process, else each process handles every message.
 *
 * It never syncs the write-ahead log itself if the event store shares the file. Both write to one log: a checkpoint of
 * the relay, which the event store syncs, makes durable every publish before it, and if the machine dies earlier the
 * relay publishes again. A killed process loses nothing.
 */
export async function openSqliteMessageBus(options: SqliteMessageBusOptions): Promise<MessageBus> {
  return guard(() => {
    const db = openDatabase(options.file);
    migrate(db, 'message-bus', migrations);
    return new SqliteMessageBus(db, options);
  });
}

class SqliteMessageBus implements MessageBus {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #store: BusStore;
  readonly #log: Log | undefined;
  readonly #now: () => Date;
  readonly #wakeups = new Map<string, Wakeup>();
  readonly #groups = new Map<string, Group>();
  readonly #tails = new Set<Tail>();
  readonly #deadLetters = new DeadLetterCounts();
  /** What is wrong with each topic. */
  readonly #faults = new Map<string, string>();
  readonly #closing = new AbortController();
  readonly #sweeper: NodeJS.Timeout;
  #closed: Promise<void> | undefined;

  constructor(db: DatabaseSync, options: SqliteMessageBusOptions) {
    const { log, now = () => new Date(), sweepEveryMs = DEFAULT_SWEEP_EVERY_MS } = options;
    this.#db = db;
    this.#file = options.file;
    this.#log = log;
    this.#now = now;
    this.#store = createBusStore(db, now, (topic) => this.#wakeup(topic));
    this.#sweeper = setInterval(() => void this.#sweep(), sweepEveryMs).unref();
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    guard(() => {
      this.#store.ensureTopics(topics);
      for (const spec of topics) this.#check(spec);
    });
  }

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    guard(() => this.#store.publish(topic, messages));
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    return this.#open(() => {
      const { topic, deadLetterTopic } = options;
      this.#store.topics.idOf(topic);
      if (deadLetterTopic !== undefined) this.#store.topics.idOf(deadLetterTopic);
      this.#deadLetters.begin(topic);
      return this.#group(topic, options.group).join(options);
    });
  }

  async tail(options: TailOptions): Promise<Consumer> {
    return this.#open(() => {
      this.#store.topics.idOf(options.topic);
      const tail = new Tail(options, {
        topics: this.#store.topics,
        published: this.#wakeup(options.topic),
        log: this.#log,
        onClose: (closed) => this.#tails.delete(closed),
      });
      this.#tails.add(tail);
      return tail;
    });
  }

  async lag(topic: string, group: string): Promise<number> {
    return guard(() => {
      this.#groups.get(keyOf(topic, group))?.save();
      return this.#store.lag(topic, group);
    });
  }

  /** Messages of all topics are numbered together, so all topics have the same end. */
  async ends(topic: string): Promise<TopicEnds> {
    return guard(() => {
      this.#store.topics.idOf(topic);
      return [this.#store.topics.end() + 1];
    });
  }

  status(): BusStatus {
    const groups = [...this.#groups.values()].map(({ laterRelease }) => laterRelease);
    return {
      topics: [...this.#faults.values()],
      laterRelease: groups.filter(({ waiting }) => waiting > 0),
      deadLetters: this.#deadLetters.all,
      renewed: 0,
    };
  }

  async ping(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    guard(() => this.#db.exec('SELECT 1 FROM bus_topics LIMIT 1'));
    await assertRoom(this.#file).catch((error) => {
      throw toFault(error);
    });
  }

  /** Closes the consumers first, with their usual grace; their handlers may publish until then. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#sweeper);
    const consumers = [...this.#groups.values(), ...this.#tails];
    await Promise.all(consumers.map((consumer) => consumer.close()));
    this.#db.close();
  }

  #check(spec: TopicSpec): void {
    const fault = this.#store.topics.faultOf(spec);
    if (fault === undefined || this.#faults.get(spec.name) === fault) return;
    this.#faults.set(spec.name, fault);
    this.#log?.warn({ topic: spec.name }, fault);
  }

  #group(topic: string, name: string): Group {
    const key = keyOf(topic, name);
    let group = this.#groups.get(key);
    if (!group) {
      group = new Group({
        topic,
        group: name,
        store: this.#store,
        published: this.#wakeup(topic),
        log: this.#log,
        onDeadLetter: (error) => this.#deadLetters.add(topic, error),
        onEmpty: () => this.#groups.delete(key),
      });
      this.#groups.set(key, group);
    }
    return group;
  }

  #wakeup(topic: string): Wakeup {
    const wakeup = this.#wakeups.get(topic) ?? new Wakeup();
    this.#wakeups.set(topic, wakeup);
    return wakeup;
  }

  async #sweep(): Promise<void> {
    try {
      for (const group of this.#groups.values()) group.save();
      await sweep(this.#db, this.#now(), this.#closing.signal);
    } catch (err) {
      this.#log?.error({ err }, 'Old messages could not be deleted');
    }
  }

  /** Like `guard`, for what must not begin once the bus is closing. */
  #open<T>(work: () => T): T {
    if (this.#closing.signal.aborted) throw new MessageBusUnavailableError('The message bus is closed');
    return guard(work);
  }
}

const keyOf = (topic: string, group: string) => JSON.stringify([topic, group]);
