import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import { MessageBusUnavailableError } from '../errors.ts';
import type { Message } from '../message-bus.ts';
import { portError } from './faults.ts';
import { LazyConnection } from './lazy-connection.ts';

/** Far below what a broker takes in one batch of a partition (`max.message.bytes`, 1 MB unless set otherwise). */
const MAX_BYTES = 512 * 1024;
/** A batch from this size on is sent compressed: below it compression costs more than it saves. */
const GZIP_BYTES = 8 * 1024;
/** How long the broker waits for its replicas, in ms. */
const TIMEOUT_MS = 10_000;

interface Batch {
  readonly topic: string;
  readonly messages: readonly Message[];
  readonly bytes: number;
}

interface Job extends Batch {
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Publishes batches one after another with an idempotent producer; what comes while one is under way goes out
 * together with what follows it to the same topic.
 *
 * Not concurrently: after a lost connection kafkajs sends the next batch under the sequence number of the one whose
 * fate is unknown, and the broker may take it for that one's repetition and drop it. For the same reason a producer
 * whose send finally failed is discarded, and its sequence with it.
 */
export class Publisher {
  readonly #producer: LazyConnection<Producer>;
  readonly #queue: Job[] = [];
  /** The partitions that the send under way goes to. */
  readonly #partitions = new Set<number>();
  #draining: Promise<void> | undefined;

  constructor(client: Kafka) {
    this.#producer = new LazyConnection(() =>
      client.producer({
        idempotent: true,
        allowAutoTopicCreation: false,
        createPartitioner: () => this.#createPartitioner(),
      }),
    );
  }

  /** Resolves once all in-sync replicas have the messages. */
  async publish(topic: string, messages: readonly Message[]): Promise<void> {
    for (const batch of split(topic, messages)) {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ ...batch, resolve, reject });
        this.#draining ??= this.#drain();
      });
    }
  }

  async close(): Promise<void> {
    await this.#draining;
    await this.#producer.close();
  }

  async #drain(): Promise<void> {
    for (let jobs = this.#next(); jobs.length > 0; jobs = this.#next()) {
      try {
        await this.#send(
          jobs[0]?.topic ?? '',
          jobs.flatMap(({ messages }) => messages),
        );
        for (const job of jobs) job.resolve();
      } catch (error) {
        for (const job of jobs) job.reject(error);
      }
    }
    this.#draining = undefined;
  }

  /** What goes out together: the first job, and those after it to the same topic that have room. */
  #next(): Job[] {
    let bytes = 0;
    const topic = this.#queue[0]?.topic;
    const end = this.#queue.findIndex((job) => {
      bytes += job.bytes;
      return job.topic !== topic || (bytes > MAX_BYTES && bytes > job.bytes);
    });
    return this.#queue.splice(0, end === -1 ? this.#queue.length : end);
  }

  async #send(topic: string, messages: Message[]): Promise<void> {
    try {
      const producer = await this.#producer.get();
      this.#partitions.clear();
      const compression =
        sizeOf(messages) < GZIP_BYTES ? kafkajs.CompressionTypes.None : kafkajs.CompressionTypes.GZIP;
      const sent = await producer.send({ topic, messages, acks: -1, timeout: TIMEOUT_MS, compression });
      this.#assertComplete(sent.map(({ partition }) => partition));
    } catch (error) {
      this.#producer.drop();
      throw portError(error, topic);
    }
  }

  /** kafkajs silently leaves out a partition whose leader moves while a send is retried. */
  #assertComplete(acknowledged: readonly number[]): void {
    for (const partition of this.#partitions) {
      if (!acknowledged.includes(partition))
        throw new MessageBusUnavailableError(`Partition ${partition} did not acknowledge its messages`);
    }
  }

  /** Murmur2 of the key, as the Java client has it. */
  #createPartitioner(): ReturnType<typeof kafkajs.Partitioners.DefaultPartitioner> {
    const partitionOf = kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const partition = partitionOf(args);
      this.#partitions.add(partition);
      return partition;
    };
  }
}

/** Bytes as sent, roughly. */
function sizeOf(messages: readonly Message[]): number {
  let bytes = 0;
  for (const { key, value, headers } of messages) {
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value) + 20;
    for (const name in headers) bytes += name.length + (headers[name]?.length ?? 0);
  }
  return bytes;
}

/** Batches of a size that a broker accepts; a message that is larger is a batch of its own. */
function split(topic: string, messages: readonly Message[]): Batch[] {
  const batches: Batch[] = [];
  let batch: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const more = sizeOf([message]);
    if (batch.length > 0 && bytes + more > MAX_BYTES) {
      batches.push({ topic, messages: batch, bytes });
      batch = [];
      bytes = 0;
    }
    batch.push(message);
    bytes += more;
  }
  if (batch.length > 0) batches.push({ topic, messages: batch, bytes });
  return batches;
}
