import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@inkstream/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consume, message, messages, ofKey, PATIENCE, untilAborted, valuesOf } from '../contract/subject.ts';
import { messageBusContract } from '../contract.ts';
import type { MessageBus } from '../message-bus.ts';
import { openSqliteMessageBus } from './index.ts';

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-message-bus-'));

messageBusContract('SQLite', async () => {
  const folder = await makeFolder();
  const connect = () => openSqliteMessageBus({ file: join(folder, 'bus.db') });
  return { bus: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

describe('the SQLite message bus', () => {
  let folder: string;
  let file: string;
  let bus: MessageBus;
  let faults: object[];
  beforeEach(async () => {
    folder = await makeFolder();
    file = join(folder, 'bus.db');
    faults = [];
    const log = { error: (details: object) => void faults.push(details), warn: () => {} };
    bus = await openSqliteMessageBus({ file, log });
    await bus.ensureTopics([{ name: 't' }, { name: 'other' }]);
  });
  afterEach(async () => {
    await bus.close();
    await rm(folder, { recursive: true });
  });
  const sql = (text: string) => {
    const db = openDatabase(file);
    db.exec(text);
    db.close();
  };
  const rows = (query: string) => {
    const db = openDatabase(file);
    const found = db.prepare(query).all();
    db.close();
    return found;
  };
  const unavailable = { name: 'MessageBusUnavailableError', transient: true };

  it('delivers within milliseconds when idle, without waiting for a poll', async () => {
    const waits: number[] = [];
    let publishedAt = 0;
    const work = async () => void waits.push(performance.now() - publishedAt);
    await consume(bus, { topic: 't', group: 'g' }, work);
    for (let n = 0; n < 21; n++) {
      await sleep(5);
      publishedAt = performance.now();
      await bus.publish('t', [message('a', n)]);
      await expect.poll(() => waits.length, { ...PATIENCE, interval: 1 }).toBe(n + 1);
    }
    expect(waits.toSorted((a, b) => a - b)[10]).toBeLessThan(10);
  });

  it('handles a burst of 5,000 messages once each, in the order of each key, and is then idle', async () => {
    const published = messages('abcdefghijklmnopqrst', 250);
    const { record } = await consume(bus, { topic: 't', group: 'g', concurrency: 10 });
    const others = ['1', '2', '3', '4', '5'].map((group) => consume(bus, { topic: 'other', group }));
    await Promise.all(others);
    for (let at = 0; at < published.length; at += 50) await bus.publish('t', published.slice(at, at + 50));
    await record.received(5_000);
    for (const key of 'abcdefghijklmnopqrst')
      expect(valuesOf(ofKey(record.deliveries, key))).toEqual(valuesOf(ofKey(published, key)));
    expect(record.deliveries).toHaveLength(5_000);
    await sleep(50);
    const before = process.cpuUsage();
    await sleep(400);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(0.25 * 400);
  });

  it('lets others run while handlers publish the message that they get next, without ever waiting', async () => {
    let over = false;
    let handled = 0;
    const { record } = await consume(bus, { topic: 't', group: 'g' }, async () => {
      if (!over && ++handled < 20_000) await bus.publish('t', [message(`k${handled}-`, 0)]);
    });
    setTimeout(() => {
      over = true;
    }, 20);
    await bus.publish('t', [message('a', 0)]);
    await record.received(2);
    await expect.poll(() => over, PATIENCE).toBe(true);
    expect(handled).toBeLessThan(20_000);
  });

  it('does not spin while a key is stuck or a consumer is paused', async () => {
    await bus.publish('t', messages('ab', 600));
    const never = { first: 60_000, max: 60_000 };
    const stuck = { topic: 't', group: 'stuck', backoffMs: never };
    const { record } = await consume(bus, stuck, async ({ key }) => {
      if (key === 'a') throw new Error('stuck');
    });
    const paused = await consume(bus, { topic: 't', group: 'paused' });
    paused.consumer.pause();
    await record.received(601);
    const before = process.cpuUsage();
    await sleep(300);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(0.25 * 300);
  });

  it('redelivers nothing that was finished when a consumer closed, whatever was unfinished before it', async () => {
    await bus.publish('t', messages('abcd', 2));
    const first = await consume(bus, { topic: 't', group: 'g' }, async ({ key }, signal) => {
      if (key === 'a') await untilAborted(signal);
    });
    await first.record.received(7);
    await first.consumer.close({ graceMs: 0 });
    expect(await bus.lag('t', 'g')).toBe(2);
    const second = await consume(bus, { topic: 't', group: 'g' });
    await expect.poll(() => bus.lag('t', 'g'), PATIENCE).toBe(0);
    expect(second.record.values()).toEqual(['a0', 'a1']);
  });

  it('knows after a reopening what was finished beyond a stuck message', async () => {
    await bus.publish('t', [message('stuck', 0), ...messages('ab', 5)]);
    const options = { topic: 't', group: 'g', backoffMs: { first: 60_000, max: 60_000 } };
    const { record } = await consume(bus, options, async ({ key }) => {
      if (key === 'stuck') throw new Error('stuck');
    });
    await record.received(11);
    for (let time = 0; time < 2; time++) {
      await bus.close();
      bus = await openSqliteMessageBus({ file });
      expect(await bus.lag('t', 'g')).toBe(1);
    }
    const again = await consume(bus, { topic: 't', group: 'g' });
    expect(await again.record.received(1)).toEqual(['stuck0']);
  });

  it('goes on after the database failed: while reading, saving and dead-lettering', async () => {
    await bus.publish('t', messages('a', 2));
    sql('ALTER TABLE bus_messages RENAME TO gone');
    const options = { topic: 't', group: 'g', maxDeliveries: 1, deadLetterTopic: 'other' };
    const { record } = await consume(bus, options, async ({ value }) => {
      if (value === 'a1') throw new Error('cannot be read');
    });
    await expect(bus.publish('t', messages('a', 1))).rejects.toMatchObject(unavailable);
    await expect.poll(() => faults.length, PATIENCE).toBeGreaterThan(0);
    expect(record.deliveries).toEqual([]);
    sql(`CREATE TRIGGER fault BEFORE INSERT ON gone BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;
      CREATE TRIGGER fault2 BEFORE UPDATE ON bus_groups BEGIN SELECT RAISE(ABORT, 'the disk is full'); END;
      ALTER TABLE gone RENAME TO bus_messages`);
    await record.received(3);
    sql('DROP TRIGGER fault; DROP TRIGGER fault2');
    await expect.poll(() => bus.lag('t', 'g'), PATIENCE).toBe(0);
    expect(await bus.lag('other', 'g')).toBe(1);
  });

  it('saves what is done once the database works again, though nothing more happens', async () => {
    sql(`CREATE TRIGGER fault BEFORE UPDATE ON bus_groups WHEN NEW.cursor > 0
      BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
    await consume(bus, { topic: 't', group: 'g' });
    await bus.publish('t', messages('a', 3));
    await expect.poll(() => faults.length, PATIENCE).toBeGreaterThan(0);
    sql('DROP TRIGGER fault');
    await expect.poll(() => rows('SELECT cursor FROM bus_groups'), PATIENCE).toEqual([{ cursor: 3 }]);
  });

  it('delivers a message that could not be read once it can be', async () => {
    await bus.publish('t', messages('a', 2));
    sql(`UPDATE bus_messages SET headers = 'broken' WHERE value = 'a0'`);
    const { record } = await consume(bus, { topic: 't', group: 'g' });
    await expect.poll(() => faults.length, PATIENCE).toBeGreaterThan(0);
    expect(record.deliveries).toEqual([]);
    sql(`UPDATE bus_messages SET headers = '{}'`);
    expect(await record.received(2)).toEqual(['a0', 'a1']);
  });

  it('leaves no timer behind that keeps the process alive', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const before = timers();
    await bus.publish('t', messages('abcdef', 2));
    const options = { topic: 't', group: 'g', backoffMs: { first: 60_000, max: 60_000 } };
    const { record } = await consume(bus, options, () => Promise.reject(new Error('stuck')));
    const { consumer } = await consume(bus, { topic: 't', group: 'other' });
    await bus.tail({ topic: 't', from: 'end', handler: () => {} });
    await record.received(6);
    await consumer.close();
    await bus.close();
    await sleep(5);
    expect(timers()).toBeLessThanOrEqual(before);
  });

  it('is unavailable if it has no file, and refuses a file of a newer release', async () => {
    await expect(openSqliteMessageBus({ file: folder })).rejects.toMatchObject(unavailable);
    sql("UPDATE schema_migrations SET version = 99 WHERE component = 'message-bus'");
    await expect(openSqliteMessageBus({ file })).rejects.toThrow('newer');
  });
});
