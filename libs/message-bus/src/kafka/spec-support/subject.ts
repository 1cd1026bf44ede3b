import { randomUUID } from 'node:crypto';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { vi } from 'vitest';
import type { MessageBus, TopicSpec } from '../../message-bus.ts';
import { type KafkaMessageBusOptions, openKafkaMessageBus } from '../index.ts';

/** Waits until something holds, for 30 s at most unless said otherwise. */
export const until = (holds: () => boolean | Promise<boolean>, timeout = 30_000) =>
  vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error('The condition did not become true');
    },
    { timeout, interval: 20 },
  );

/** A topic of a test's own, buses on it, and a view of it that does not use the adapter. */
export class Subject {
  readonly topic = `spec.${randomUUID()}`;
  readonly group = `spec.${randomUUID()}`;
  readonly client: Kafka;
  readonly #admin: Admin;
  readonly #buses: MessageBus[] = [];
  readonly #options: KafkaMessageBusOptions;

  private constructor(options: KafkaMessageBusOptions) {
    this.#options = options;
    this.client = new kafkajs.Kafka({ brokers: [...options.brokers], logLevel: kafkajs.logLevel.NOTHING });
    this.#admin = this.client.admin();
  }

  static async open(options: KafkaMessageBusOptions, spec: Omit<TopicSpec, 'name'> = {}): Promise<Subject> {
    const subject = new Subject({ partitions: 6, sessionTimeoutMs: 1_500, ...options });
    const bus = await subject.bus();
    await bus.ensureTopics([{ name: subject.topic, ...spec }]);
    await subject.#admin.connect();
    return subject;
  }

  /** A new connection, closed with the subject. */
  async bus(options: Partial<KafkaMessageBusOptions> = {}): Promise<MessageBus> {
    const bus = await openKafkaMessageBus({ ...this.#options, ...options });
    this.#buses.push(bus);
    return bus;
  }

  get admin(): Admin {
    return this.#admin;
  }

  /** The committed offsets by partition, of those that there are. */
  async committed(): Promise<Map<number, number>> {
    const [topic] = await vi.waitFor(
      () => this.#admin.fetchOffsets({ groupId: this.group, topics: [this.topic] }),
      // A group's coordinator may not be ready just after it was made.
      { timeout: 10_000, interval: 50 },
    );
    const places = topic?.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const);
    return new Map(places?.filter(([, offset]) => offset >= 0));
  }

  /** All that the topic holds. */
  async content(): Promise<{ partition: number; offset: number; key: string; value: string }[]> {
    const bounds = await this.#admin.fetchTopicOffsets(this.topic);
    const total = bounds.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
    const found: Awaited<ReturnType<Subject['content']>> = [];
    const consumer = this.client.consumer({ groupId: `spec.${randomUUID()}`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: this.topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { offset, key, value } }) => {
        found.push({ partition, offset: Number(offset), key: String(key), value: String(value) });
      },
    });
    await until(() => found.length >= total);
    await consumer.disconnect();
    return found;
  }

  async close(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close()));
    await this.#admin.deleteTopics({ topics: [this.topic] }).catch(() => {});
    await this.#admin.disconnect();
  }
}
