import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEAD_LETTER_TOPIC, topicSpec } from '@inkstream/contracts';
import { type Delivery, type MessageBus, PoisonMessageError } from '@inkstream/message-bus';
import { startKafka } from '@inkstream/native-stack';
import { type BackendConfig, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listDeadLetters } from './list.ts';
import { redriveDeadLetters } from './redrive.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };

const configs: Readonly<Record<string, (folder: string) => Promise<[BackendConfig, () => Promise<void>]>>> = {
  async SQLite(folder) {
    return [{ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, async () => {}];
  },
  async Kafka(folder) {
    const kafka = await startKafka({ folder });
    const brokers = [kafka.env.KAFKA_BROKERS ?? ''];
    return [
      { INKSTREAM_MODE: 'distributed', INKSTREAM_DATA_DIR: folder, KAFKA_BROKERS: brokers },
      () => kafka.close(),
    ];
  },
};

describe.each(Object.keys(configs))('dead letters on %s', (kind) => {
  let folder: string;
  let bus: MessageBus;
  let end: () => Promise<void>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-redrive-'));
    const [config, close] = (await configs[kind]?.(folder)) ?? [];
    if (!config || !close) throw new Error(`There is no ${kind}`);
    end = close;
    ({ bus } = await openBackends(config, silentLogger(), ['bus']));
    await bus.ensureTopics([...['work', 'other'].map((name) => ({ name })), topicSpec(DEAD_LETTER_TOPIC)]);
  }, 300_000);
  afterAll(async () => {
    await closeBackends({ bus });
    await end?.();
    await rm(folder, { recursive: true });
  });

  const listed = async (selection = {}) => {
    const lines: string[] = [];
    await listDeadLetters(bus, selection, (line) => lines.push(line));
    return lines.map((line) => line.split('\t').slice(1, 4).join(' ')).toSorted();
  };

  it('go back to their topics as they were published, and are listed no longer', async () => {
    const poison = new Set(['1', '2', '3', '4']);
    const handled: Delivery[] = [];
    const handler = async (delivery: Delivery) => {
      if (poison.has(delivery.key)) throw new PoisonMessageError('no', { reason: `r${delivery.key}` });
      handled.push(delivery);
    };
    for (const topic of ['work', 'other']) {
      const messages = ['1', '2', '3', '4'].map((key) => ({
        key,
        value: `${topic}-${key}`,
        headers: { ce_id: key },
      }));
      await bus.publish(topic, messages);
      const group = `group-of-${topic}`;
      await bus.consume({ topic, group, concurrency: 4, deadLetterTopic: DEAD_LETTER_TOPIC, handler });
    }
    const rest = ['other 1 r1', 'other 2 r2', 'other 3 r3', 'other 4 r4'];
    await expect.poll(() => listed(), PATIENCE).toHaveLength(8);

    poison.clear();
    expect(await redriveDeadLetters(bus, { topic: 'work', reason: 'r1' })).toMatchObject({ redriven: 1 });
    expect(await redriveDeadLetters(bus, { topic: 'work', key: '2' })).toMatchObject({ redriven: 1 });
    expect(await listed()).toEqual([...rest, 'work 3 r3', 'work 4 r4']);
    expect(await listed({ reason: 'r3' })).toEqual(['other 3 r3', 'work 3 r3']);
    poison.add('4');
    expect(await redriveDeadLetters(bus, { topic: 'work' })).toEqual({ redriven: 2, stay: [], left: 0 });
    await expect.poll(() => bus.lag('work', 'group-of-work'), PATIENCE).toBe(0);
    // What fails again is a dead letter again, once.
    expect(await listed()).toEqual([...rest, 'work 4 r4']);

    const came = handled.map(({ topic, key, value, headers }) => ({ topic, key, value, headers }));
    expect(came.toSorted((a, b) => a.key.localeCompare(b.key))).toEqual(
      ['1', '2', '3'].map((key) => ({ topic: 'work', key, value: `work-${key}`, headers: { ce_id: key } })),
    );
    expect(await redriveDeadLetters(bus, { topic: 'nowhere' })).toEqual({ redriven: 0, stay: [], left: 0 });
  }, 120_000);

  it('stay if their topic is gone, and no other one waits for them', async () => {
    const lost = { key: 'k', value: '', headers: { 'x-topic': 'gone', 'x-reason': 'lost' } };
    await bus.publish(DEAD_LETTER_TOPIC, [lost]);
    const { redriven, stay } = await redriveDeadLetters(bus, {});
    expect([redriven, stay.map(({ headers }) => headers['x-topic'])]).toEqual([5, ['gone']]);
    expect(await listed({ topic: 'gone' })).toEqual(['gone k lost']);
  }, 120_000);
});
