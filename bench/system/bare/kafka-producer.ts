/**
 * kafkajs alone, in a process of its own: publishes the messages of `FIRST`, `COUNT` in the relay's batches, each to
 * all topics in one call, acknowledged before the next. Tells its parent how fast it was.
 */
import kafkajs from 'kafkajs';
import { batchesOf } from '../seed.ts';
import { paceOf } from './pace.ts';

const jobs = { first: Number(process.env.FIRST), count: Number(process.env.COUNT) };
const brokers = (process.env.KAFKA_BROKERS ?? '').split(',');
const kafka = new kafkajs.Kafka({ brokers, clientId: 'bare', logLevel: kafkajs.logLevel.ERROR });
const producer = kafka.producer({
  idempotent: true,
  allowAutoTopicCreation: false,
  createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
});
await producer.connect();

const batches = batchesOf(jobs).map((batch) =>
  Array.from(batch, ([topic, messages]) => ({ topic: `bare.${topic}`, messages })),
);
const events = batches.reduce((sum, [feed]) => sum + (feed?.messages.length ?? 0), 0);
const pace = await paceOf(events, async () => {
  for (const topicMessages of batches)
    await producer.sendBatch({ acks: -1, compression: kafkajs.CompressionTypes.GZIP, topicMessages });
});
await producer.disconnect();
process.send?.(pace, () => process.exit(0));
