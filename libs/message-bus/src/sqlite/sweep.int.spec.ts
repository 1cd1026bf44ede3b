import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { consume, message, messages, PATIENCE } from '../contract/subject.ts';
import type { MessageBus } from '../message-bus.ts';
import { openSqliteMessageBus } from './index.ts';
import { sweep } from './sweep.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let folder: string;
let file: string;
let bus: MessageBus;
let db: DatabaseSync;
let now: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-message-bus-'));
  file = join(folder, 'bus.db');
  now = Date.UTC(2026, 10, 24);
  bus = await openSqliteMessageBus({ file, now: () => new Date(now) });
  db = openDatabase(file);
  const brief = { name: 'brief', retentionMs: 5 * MINUTE_MS };
  await bus.ensureTopics([{ name: 't' }, brief, { name: 'latest', compacted: true }]);
});
afterEach(async () => {
  await bus.close();
  db.close();
  await rm(folder, { recursive: true });
});

const kept = (topic: string) =>
  db
    .prepare(
      'SELECT m.value FROM bus_messages m JOIN bus_topics t ON t.id = m.topic AND t.name = ? ORDER BY "offset"',
    )
    .all(topic)
    .map(({ value }) => value);
const sweepNow = () => sweep(db, new Date(now), new AbortController().signal);
const handleAll = async (topic: string, group: string) => {
  const { consumer } = await consume(bus, { topic, group });
  await expect.poll(() => bus.lag(topic, group), PATIENCE).toBe(0);
  await consumer.close();
};

it('deletes what every group has finished once it is older than the retention of its topic', async () => {
  await bus.publish('t', messages('a', 2));
  await bus.publish('brief', messages('a', 2));
  for (const topic of ['t', 'brief']) await handleAll(topic, 'g');
  now += 5 * MINUTE_MS;
  await bus.publish('brief', messages('a', 1, 2));
  await handleAll('brief', 'g');
  expect(await sweepNow()).toBe(0);
  now += 1;
  expect(await sweepNow()).toBe(2);
  expect([kept('t'), kept('brief')]).toEqual([['a0', 'a1'], ['a2']]);
  now += 55 * MINUTE_MS;
  expect(await sweepNow()).toBe(3);
});

it('keeps what one group has yet to do, until that group has been gone for a week', async () => {
  await bus.publish('t', messages('ab', 2));
  await handleAll('t', 'fast');
  const { record, consumer } = await consume(
    bus,
    { topic: 't', group: 'slow', backoffMs: { first: MINUTE_MS, max: MINUTE_MS } },
    async ({ value }) => {
      if (value === 'b0') throw new Error('stuck');
    },
  );
  await record.received(3);
  await consumer.close();
  now += DAY_MS;
  await sweepNow();
  expect(kept('t')).toEqual(['b0', 'a1', 'b1']);
  const again = await consume(bus, { topic: 't', group: 'slow' }, async () => {});
  expect(await again.record.received(2)).toEqual(['b0', 'b1']);
  await again.consumer.close();
  await bus.publish('t', messages('c', 1));
  now += 8 * DAY_MS;
  await handleAll('t', 'fast');
  await sweepNow();
  expect(kept('t')).toEqual([]);
});

it('keeps what no group has read yet for a week, or for the retention of the topic if it has one', async () => {
  for (const topic of ['t', 'brief']) await bus.publish(topic, messages('a', 1));
  now += 7 * DAY_MS;
  await sweepNow();
  expect([kept('t'), kept('brief')]).toEqual([['a0'], []]);
  now += 1;
  await sweepNow();
  expect(kept('t')).toEqual([]);
});

it('keeps the latest message of each key of a compacted topic without limit', async () => {
  for (let n = 0; n < 3; n++) await bus.publish('latest', messages('ab', 1, n));
  await bus.publish('latest', [message('c', 0)]);
  now += 365 * DAY_MS;
  expect(await sweepNow()).toBe(4);
  expect(kept('latest')).toEqual(['a2', 'b2', 'c0']);
});

it('skips what was compacted away before its group handled it', async () => {
  await bus.publish('latest', [message('a', 0), message('a', 1), message('a', 2), message('b', 0)]);
  const { record } = await consume(bus, { topic: 'latest', group: 'g' }, async ({ value }) => {
    if (value === 'a0') await sweepNow();
  });
  await expect.poll(() => bus.lag('latest', 'g'), PATIENCE).toBe(0);
  expect(record.values().toSorted()).toEqual(['a0', 'a2', 'b0']);
});

it('deletes more than fits one transaction, and stops if it is aborted', async () => {
  await bus.publish('brief', messages('a', 2_500));
  now += DAY_MS;
  expect(await sweep(db, new Date(now), AbortSignal.abort())).toBe(0);
  expect(await sweepNow()).toBe(2_500);
});

it('is run by the bus itself from time to time', async () => {
  await bus.close();
  bus = await openSqliteMessageBus({ file, now: () => new Date(now), sweepEveryMs: 10 });
  await bus.publish('brief', messages('a', 3));
  const { record } = await consume(bus, { topic: 'brief', group: 'g' });
  await record.received(3);
  now += DAY_MS;
  await expect.poll(() => kept('brief'), PATIENCE).toEqual([]);
});
