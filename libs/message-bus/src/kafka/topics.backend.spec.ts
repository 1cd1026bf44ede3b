import { randomBytes, randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterEach, expect, it } from 'vitest';
import { message, messages } from '../contract/subject.ts';
import type { TopicSpec } from '../message-bus.ts';
import { type KafkaMessageBusOptions, openKafkaMessageBus } from './index.ts';
import { BROKERS } from './spec-support/brokers.ts';
import { Subject, until } from './spec-support/subject.ts';

let subject: Subject;
const open = async (options: Partial<KafkaMessageBusOptions> = {}, spec: Omit<TopicSpec, 'name'> = {}) => {
  subject = await Subject.open({ brokers: BROKERS, ...options }, spec);
  return subject.bus();
};
afterEach(() => subject.close());

async function configOfTopic(): Promise<Map<string, string>> {
  const { resources } = await subject.admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: subject.topic }],
  });
  return new Map(resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]));
}

it('creates a topic with the partitions that are configured, which keeps its messages without limit', async () => {
  await open({ partitions: 5 });
  const { topics } = await subject.admin.fetchTopicMetadata({ topics: [subject.topic] });
  expect(topics[0]?.partitions).toHaveLength(5);
  const config = await configOfTopic();
  expect(config.get('cleanup.policy')).toBe('delete');
  expect(config.get('retention.ms')).toBe('-1');
  expect(config.get('retention.bytes')).toBe('-1');
});

it('creates a topic with the retention that is asked for', async () => {
  await open({}, { retentionMs: 86_400_000 });
  expect((await configOfTopic()).get('retention.ms')).toBe('86400000');
});

it('creates a compacted topic whose segments close soon, so that it is compacted', async () => {
  await open({}, { compacted: true });
  const config = await configOfTopic();
  expect(config.get('cleanup.policy')).toBe('compact');
  expect(Number(config.get('segment.ms'))).toBeLessThanOrEqual(600_000);
  expect(Number(config.get('max.compaction.lag.ms'))).toBeLessThanOrEqual(3_600_000);
});

it('never creates a topic by using it', async () => {
  const bus = await open();
  const topic = `spec.unknown.${randomUUID()}`;
  const unknown = { name: 'UnknownTopicError' };
  const handler = async () => {};
  await expect(bus.publish(topic, messages('a', 1))).rejects.toMatchObject(unknown);
  await expect(bus.consume({ topic, group: 'g', concurrency: 1, handler })).rejects.toMatchObject(unknown);
  await expect(bus.tail({ topic, from: 'beginning', handler })).rejects.toMatchObject(unknown);
  expect(await subject.admin.listTopics()).not.toContain(topic);
});

it('refuses a message that is too large for the brokers as a permanent error, and publishes the next', async () => {
  const bus = await open();
  const noise = randomBytes(2 ** 21).toString('base64');
  const fault = await bus
    .publish(subject.topic, [{ ...message('a', 0), value: noise }])
    .catch((error) => error);
  expect(fault).toBeInstanceOf(Error);
  expect(fault.transient).toBeUndefined();
  expect(fault.message).toMatch(/larger/);
  await bus.publish(subject.topic, messages('a', 1));
  expect((await subject.content()).map(({ value }) => value)).toEqual(['a0']);
});

it('publishes batches of any size, and messages at the same time, each once', async () => {
  const bus = await open();
  const value = 'x'.repeat(1_500);
  const batch = Array.from({ length: 2_000 }, (_, n) => ({
    key: `k${n % 7}`,
    value,
    headers: { n: String(n) },
  }));
  await Promise.all([
    bus.publish(subject.topic, batch),
    ...messages('ab', 50).map((one) => bus.publish(subject.topic, [one])),
  ]);
  const content = await subject.content();
  expect(content).toHaveLength(2_100);
  for (const key of 'ab') {
    const ofKey = content.filter((one) => one.key === key).map((one) => one.value);
    expect(ofKey).toEqual(messages(key, 50).map((one) => one.value));
  }
});

it('reports within a few seconds that no broker answers, and leaves nothing open', async () => {
  await open();
  const bus = await openKafkaMessageBus({ brokers: ['127.0.0.1:1'] });
  const unavailable = { name: 'MessageBusUnavailableError', transient: true };
  await expect(bus.ping()).rejects.toMatchObject(unavailable);
  await expect(bus.publish('t', messages('a', 1))).rejects.toMatchObject(unavailable);
  await expect(bus.ping(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  await bus.close();
});

it('deletes the group of a tail, which never commits, when it is closed', async () => {
  const bus = await open({ clientId: `client-${randomUUID()}` });
  const received: string[] = [];
  const tail = await bus.tail({
    topic: subject.topic,
    from: 'beginning',
    handler: ({ value }) => void received.push(value),
  });
  await bus.publish(subject.topic, messages('a', 3));
  await until(() => received.length === 3);
  const own = async () => {
    const { groups } = await subject.admin.listGroups();
    return groups.map(({ groupId }) => groupId).filter((id) => id.startsWith('client-'));
  };
  const [group = ''] = await own();
  const [offsets] = await subject.admin.fetchOffsets({ groupId: group, topics: [subject.topic] });
  expect(offsets?.partitions.every(({ offset }) => offset === '-1')).toBe(true);
  await tail.close();
  expect(await own()).toEqual([]);
});
