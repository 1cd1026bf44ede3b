import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
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
import { type ClientOptions, createClient, REQUEST_TIMEOUT_MS } from './client.ts';
import { GroupConsumer } from './group-consumer.ts';
import type { Log } from './log.ts';
import { Publisher } from './publisher.ts';
import { Tail } from './tail.ts';
import { Topics, type TopicsOptions } from './topics.ts';
import { trim } from './trim.ts';

const PING_MS = 3_000;
const TRIM_EVERY_MS = 600_000;

export interface KafkaMessageBusOptions extends Omit<ClientOptions, 'log' | 'answerWithinMs'>, TopicsOptions {
  readonly log?: Log;
  /** A consumer that is silent for this long is considered dead (default 15,000), in ms. */
  readonly sessionTimeoutMs?: number;
  /**
   * A consumer or a tail that hears nothing for this long is renewed (default 15,000), in ms; the rest after 10,000.
   */
  readonly silenceMs?: number;
  /** How often finished messages are deleted (default 10 minutes), and how long they stay (default an hour), in ms. */
  readonly trimEveryMs?: number;
  readonly keepFinishedMs?: number;
  readonly now?: () => Date;
}

/**
 * The message bus on Apache Kafka. It connects at the first use, and again whenever it has to: consumers and tails
 * outlast any absence of the brokers, everything else throws `MessageBusUnavailableError` after some seconds of it.
 */
export async function openKafkaMessageBus(options: KafkaMessageBusOptions): Promise<MessageBus> {
  return new KafkaMessageBus(options);
}

class KafkaMessageBus implements MessageBus {
  readonly #log: Log | undefined;
  readonly #clientId: string;
  readonly #sessionTimeoutMs: number | undefined;
  readonly #silenceMs: number | undefined;
  readonly #createClient: () => Kafka;
  readonly #topics: Topics;
  readonly #publisher: Publisher;
  readonly #groupConsumers = new Map<GroupConsumer, string>();
  readonly #tails = new Set<Tail>();
  readonly #deadLetters = new DeadLetterCounts();
  readonly #now: () => Date;
  readonly #trimmer: NodeJS.Timeout;
  #trimming = false;
  #renewed = 0;
  #closed: Promise<void> | undefined;

  constructor(options: KafkaMessageBusOptions) {
    const { log, clientId = 'inkstream', sessionTimeoutMs, silenceMs, now = () => new Date() } = options;
    this.#log = log;
    this.#now = now;
    this.#clientId = clientId;
    this.#sessionTimeoutMs = sessionTimeoutMs;
    this.#silenceMs = silenceMs;
    this.#createClient = () => createClient({ ...options, clientId, log });
    const answerWithinMs = Math.min(REQUEST_TIMEOUT_MS, silenceMs ?? REQUEST_TIMEOUT_MS);
    const client = createClient({ ...options, clientId, log, answerWithinMs });
    this.#topics = new Topics(client, options);
    this.#publisher = new Publisher(client);
    const { trimEveryMs = TRIM_EVERY_MS, keepFinishedMs } = options;
    this.#trimmer = setInterval(() => void this.#trim(now(), keepFinishedMs), trimEveryMs).unref();
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.#topics.ensure(topics);
  }

  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    await this.#topics.assertKnown(topic);
    await this.#publisher.publish(topic, messages);
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    const { topic, group, deadLetterTopic } = options;
    this.#assertOpen();
    await this.#topics.assertKnown(topic);
    if (deadLetterTopic !== undefined) await this.#topics.assertKnown(deadLetterTopic);
    this.#deadLetters.begin(topic);
    const consumer = await GroupConsumer.open(options, {
      ...this.#sessionOptions(),
      fetchCommitted: () => this.#topics.committed(topic, group),
      publish: (to, message) => this.#publisher.publish(to, [message]),
      onDeadLetter: (error) => this.#deadLetters.add(topic, error),
      onClose: (closed) => this.#groupConsumers.delete(closed),
      now: this.#now,
    });
    this.#groupConsumers.set(consumer, topic);
    return this.#checked(consumer);
  }

  async tail(options: TailOptions): Promise<Consumer> {
    const { topic, from } = options;
    this.#assertOpen();
    const bounds = await this.#topics.bounds(topic);
    const group = `${this.#clientId}.tail.${randomUUID()}`;
    const tail = await Tail.open(options, {
      ...this.#sessionOptions(),
      group,
      from: new Map(bounds.map(({ partition, low, high }) => [partition, from === 'end' ? high : low])),
      onClose: async (closed) => {
        this.#tails.delete(closed);
        await this.#topics.forgetGroup(group);
      },
    });
    this.#tails.add(tail);
    return this.#checked(tail);
  }

  async lag(topic: string, group: string): Promise<number> {
    this.#assertOpen();
    return this.#topics.lag(topic, group);
  }

  async ends(topic: string): Promise<TopicEnds> {
    this.#assertOpen();
    return this.#topics.ends(topic);
  }

  status(): BusStatus {
    const consumers = [...this.#groupConsumers.keys()].map(({ laterRelease }) => laterRelease);
    return {
      topics: this.#topics.faults,
      laterRelease: consumers.filter(({ waiting }) => waiting > 0),
      deadLetters: this.#deadLetters.all,
      renewed: this.#renewed,
    };
  }

  async ping(signal?: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const until = AbortSignal.any(signal ? [signal, ended.signal] : [ended.signal]);
    const late = sleep(PING_MS, undefined, { signal: until }).then(() => {
      throw new MessageBusUnavailableError(`No broker answered within ${PING_MS} ms`);
    });
    try {
      await Promise.race([this.#topics.ping(), late]);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      ended.abort();
    }
  }

  /** Closes the consumers first, with their usual grace; their handlers may publish until then. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#trimmer);
    const consumers = [...this.#groupConsumers.keys(), ...this.#tails];
    await Promise.all(consumers.map((consumer) => consumer.close()));
    await this.#publisher.close();
    await this.#topics.close();
  }

  #sessionOptions() {
    return {
      createClient: this.#createClient,
      sessionTimeoutMs: this.#sessionTimeoutMs,
      silenceMs: this.#silenceMs,
      onSilence: () => {
        this.#renewed++;
      },
      log: this.#log,
    };
  }

  /** Each consumer trims the partitions that are its own. */
  async #trim(now: Date, keepFinishedMs: number | undefined): Promise<void> {
    if (this.#trimming) return;
    this.#trimming = true;
    for (const [{ partitions }, topic] of this.#groupConsumers) {
      try {
        await trim(this.#topics, { topic, partitions, now, keepFinishedMs });
      } catch (err) {
        this.#log?.warn({ topic, err }, 'Finished messages could not be deleted');
      }
    }
    this.#trimming = false;
  }

  /** One that was made while the bus was being closed is closed too. */
  async #checked(consumer: Consumer): Promise<Consumer> {
    if (this.#closed) await consumer.close();
    this.#assertOpen();
    return consumer;
  }

  /** Guards what must not begin once the bus is closing. */
  #assertOpen(): void {
    if (this.#closed) throw new MessageBusUnavailableError('The message bus is closed');
  }
}
