import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import kafkajs from 'kafkajs';
import type { Env } from '../subject/service.ts';
import { createBucket } from './put-object.ts';

const PAUSE_MS = 50;
const PARTITIONS = 12;
const EVENT = { text: 'x'.repeat(200) };

/** A topic: a function that publishes a message and resolves once a consumer has it. */
async function openTopic(kafka: kafkajs.Kafka, topic: string) {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, allowAutoTopicCreation: false });
  await producer.connect();
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 500 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let delivered = () => {};
  await consumer.run({ eachBatch: async () => delivered() });
  return {
    async pass(key: string): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>();
      delivered = resolve;
      await producer.send({ topic, messages: [{ key, value: JSON.stringify(EVENT) }], acks: -1 });
      await promise;
    },
    async close(): Promise<void> {
      await Promise.all([consumer.disconnect(), producer.disconnect()]);
    },
  };
}

/** What the backends are asked for between a 201 and its completion, by their own clients and one after another. */
async function openChain(env: Env) {
  const kafka = new kafkajs.Kafka({
    brokers: [env.KAFKA_BROKERS ?? ''],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const [work, news] = [await openTopic(kafka, 'bare-work'), await openTopic(kafka, 'bare-news')];
  const store = EventStoreDBClient.connectionString(env.EVENTSTORE_URL ?? '');
  const { client: objects, bucket } = await createBucket(env, 1);
  const document = Buffer.alloc(10_000, 'x');
  const append = (stream: string) => store.appendToStream(stream, [jsonEvent({ type: 'Bare', data: EVENT })]);
  return {
    async prepare(id: string): Promise<void> {
      await objects.putObject(bucket, `${id}/file`, document, document.byteLength);
      await append(id);
    },
    async run(id: string): Promise<void> {
      await work.pass(id);
      for await (const _ of store.readStream(id));
      await buffer(await objects.getObject(bucket, `${id}/file`));
      await append(id);
      await objects.putObject(bucket, `${id}/result`, document.subarray(0, 250), 250);
      await append(id);
      await news.pass(id);
    },
    close: () => Promise.all([work.close(), news.close(), store.dispose()]),
  };
}

/** Such a chain on these backends, with nothing of Inkstream in between. */
export async function openBackendCalls(env: Env) {
  const chain = await openChain(env);
  return {
    /** Milliseconds of each of so many, one after another. */
    async times(count: number): Promise<number[]> {
      const times: number[] = [];
      while (times.length < count) {
        const id = `bare-${randomUUID()}`;
        await chain.prepare(id);
        const begun = performance.now();
        await chain.run(id);
        times.push(performance.now() - begun);
        await sleep(PAUSE_MS);
      }
      return times;
    },
    close: () => chain.close(),
  };
}
