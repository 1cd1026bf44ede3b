import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { message, messages, QUICK } from '../contract/subject.ts';
import { BROKERS } from './spec-support/brokers.ts';
import { Subject, until } from './spec-support/subject.ts';

let subject: Subject;
afterEach(() => subject.close());

const transient = () => Object.assign(new Error('the provider is down'), { transient: true });
const low = async () => {
  const bounds = await subject.admin.fetchTopicOffsets(subject.topic);
  return bounds.reduce((sum, { low }) => sum + Number(low), 0);
};

it('does not redeliver after a restart what was finished beyond a stuck message', async () => {
  subject = await Subject.open({ brokers: BROKERS, partitions: 1 });
  const { topic, group } = subject;
  const first = await subject.bus();
  await first.publish(topic, [message('stuck', 0), ...messages('abcde', 200)]);
  const finished: string[] = [];
  await first.consume({
    topic,
    group,
    concurrency: 10,
    backoffMs: QUICK,
    handler: async ({ key, value }) => {
      if (key === 'stuck') throw transient();
      finished.push(value);
    },
  });
  await until(() => finished.length === 1_000);
  await until(async () => (await first.lag(topic, group)) === 1);
  expect(await subject.committed()).toEqual(new Map([[0, 0]]));
  await first.close();
  const again: string[] = [];
  const second = await subject.bus();
  await second.consume({
    topic,
    group,
    concurrency: 10,
    handler: async ({ value }) => void again.push(value),
  });
  await until(async () => (await second.lag(topic, group)) === 0);
  expect(again).toEqual(['stuck0']);
});

it('stops fetching behind a stuck key only at its bound, and goes on from there', async () => {
  subject = await Subject.open({ brokers: BROKERS, partitions: 1 });
  const { topic, group } = subject;
  const bus = await subject.bus();
  // Incompressible, or else a single fetch would return it all.
  const noise = () => ({ ...message('stuck', 0), value: randomBytes(150).toString('base64') });
  const behind = Array.from({ length: 25_000 }, noise);
  await bus.publish(topic, [...behind.slice(0, 10_000), message('free', 0)]);
  await bus.publish(topic, [...behind.slice(10_000), message('free', 1)]);
  const got = { stuck: 0, free: 0 };
  let down = true;
  await bus.consume({
    topic,
    group,
    concurrency: 10,
    backoffMs: QUICK,
    handler: async ({ key }) => {
      if (key === 'free') got.free++;
      else if (down) throw transient();
      else got.stuck++;
    },
  });
  await until(() => got.free === 1);
  await sleep(500);
  expect(got).toEqual({ stuck: 0, free: 1 });
  down = false;
  await until(() => got.stuck === 25_000 && got.free === 2, 60_000);
}, 90_000);

it('deletes what every group has finished and is old enough, and nothing else', async () => {
  const now = () => new Date(Date.now() + 7_200_000);
  subject = await Subject.open({ brokers: BROKERS, partitions: 1, trimEveryMs: 200, now });
  const { topic, group } = subject;
  const bus = await subject.bus();
  await bus.publish(topic, messages('a', 50));
  let slow = 0;
  await bus.consume({
    topic,
    group: `${group}.slow`,
    concurrency: 1,
    backoffMs: QUICK,
    handler: async () => {
      if (slow >= 20) throw transient();
      slow++;
    },
  });
  await until(() => slow === 20);
  let fast = 0;
  await bus.consume({ topic, group, concurrency: 10, handler: async () => void fast++ });
  await until(() => fast === 50);
  await until(async () => (await low()) === 20);
  await sleep(600);
  expect(await low()).toBe(20);
});

it('keeps what is finished for an hour', async () => {
  subject = await Subject.open({ brokers: BROKERS, partitions: 1, trimEveryMs: 100 });
  const { topic, group } = subject;
  const bus = await subject.bus();
  await bus.publish(topic, messages('a', 50));
  await bus.consume({ topic, group, concurrency: 10, handler: async () => {} });
  await until(async () => (await bus.lag(topic, group)) === 0);
  await sleep(500);
  expect(await low()).toBe(0);
});

it('trims no topic that has a retention of its own', async () => {
  const now = () => new Date(Date.now() + 7_200_000);
  subject = await Subject.open(
    { brokers: BROKERS, partitions: 1, trimEveryMs: 100, now },
    { retentionMs: 86_400_000 },
  );
  const { topic, group } = subject;
  const bus = await subject.bus();
  await bus.publish(topic, messages('a', 50));
  await bus.consume({ topic, group, concurrency: 10, handler: async () => {} });
  await until(async () => (await bus.lag(topic, group)) === 0);
  await sleep(500);
  expect(await low()).toBe(0);
});
