import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDb } from '@inkstream/event-store/eventstoredb';
import { enterReusable, IDEMPOTENCY_STREAM_PREFIX } from '@inkstream/job-store';
import { startEventStoreDbDouble } from '@inkstream/testing/eventstoredb-double';
import { describe, expect, it, vi } from 'vitest';
import { forgetExpiredKeys, forgetExpiredResults } from './expiry.ts';
import { DAY_MS, HOUR_MS, openWorld } from './spec-support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const { signal } = new AbortController();

const streamOf = (key: string) => `${IDEMPOTENCY_STREAM_PREFIX}${key}`;
const claim = ({ eventStore }: Pick<World, 'eventStore'>, key: string) =>
  eventStore.append(
    streamOf(key),
    [{ id: randomUUID(), type: 'IdempotencyKeyClaimed', data: {}, metadata: {} }],
    { expected: 'any' },
  );
const claims = async ({ eventStore }: World, key: string) =>
  (await Array.fromAsync(eventStore.read(streamOf(key)))).length;
const look = async ({ eventStore }: Pick<World, 'eventStore'>, now: Date, mayAct = () => true) =>
  forgetExpiredKeys({ eventStore, ttlMs: DAY_MS, mayAct }, now, signal);
const inMs = (ms: number) => new Date(Date.now() + ms);

describe('idempotency keys', () => {
  it('are forgotten once they are older than their time to live, and can be claimed as if they were new', async () => {
    await using world = await openWorld();
    for (const key of ['a', 'b']) await claim(world, key);
    expect(await look(world, inMs(DAY_MS - HOUR_MS))).toBe(0);
    expect(await claims(world, 'a')).toBe(1);
    expect(await look(world, inMs(DAY_MS + HOUR_MS))).toBe(2);
    expect([await claims(world, 'a'), await claims(world, 'b')]).toEqual([0, 0]);
    await world.eventStore.append(
      streamOf('a'),
      [{ id: randomUUID(), type: 'IdempotencyKeyClaimed', data: {}, metadata: {} }],
      { expected: 'no_stream' },
    );
  });

  it('are forgotten in an EventStoreDB too (its wire double)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'inkstream-keys-'));
    const double = await startEventStoreDbDouble({ file: join(folder, 'double.db') });
    const eventStore = await openEventStoreDb({ url: `esdb://localhost:${double.port}?tls=false` });
    try {
      for (const key of ['a', 'b']) await claim({ eventStore }, key);
      expect(await look({ eventStore }, inMs(HOUR_MS))).toBe(0);
      expect(await look({ eventStore }, inMs(2 * DAY_MS))).toBe(2);
      expect(await Array.fromAsync(eventStore.read(streamOf('a')))).toEqual([]);
      expect(await look({ eventStore }, inMs(2 * DAY_MS))).toBe(0);
      const again = { id: randomUUID(), type: 'IdempotencyKeyClaimed', data: {}, metadata: {} };
      await eventStore.append(streamOf('a'), [again], { expected: 'no_stream' });
    } finally {
      await eventStore.close();
      await double.close();
      await rm(folder, { recursive: true });
    }
  });

  it('keep a claim that was made again since', async () => {
    await using world = await openWorld();
    await claim(world, 'a');
    const between = inMs(DAY_MS + 500);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await claim(world, 'a');
    expect(await look(world, between)).toBe(1);
    expect(await claims(world, 'a')).toBe(1);
    expect(await look(world, inMs(DAY_MS + HOUR_MS))).toBe(1);
    expect(await claims(world, 'a')).toBe(0);
  });

  it('cost what expires: no claim is read again once it is forgotten', async () => {
    await using world = await openWorld();
    for (let n = 0; n < 20; n++) await claim(world, `k${n}`);
    const { eventStore } = world;
    let read = 0;
    const counting = Object.assign(Object.create(eventStore), {
      async *subscribe(...args: Parameters<typeof eventStore.subscribe>) {
        for await (const step of eventStore.subscribe(...args)) {
          if (step.event) read++;
          yield step;
        }
      },
      append: eventStore.append.bind(eventStore),
      read: eventStore.read.bind(eventStore),
      truncate: eventStore.truncate.bind(eventStore),
    });
    const later = inMs(2 * DAY_MS);
    expect(await look({ eventStore: counting }, later)).toBe(20);
    for (let n = 0; n < 3; n++) expect(await look({ eventStore: counting }, later)).toBe(0);
    expect(read).toBe(20);
  });

  it('stay if it is another housekeeper’s turn', async () => {
    await using world = await openWorld();
    await claim(world, 'a');
    await expect(look(world, inMs(2 * DAY_MS), () => false)).rejects.toThrow('turn');
    expect(await claims(world, 'a')).toBe(1);
  });
});

describe('results that may be reused', () => {
  const sha256 = (n: number) => String(n).padStart(64, '0');
  const enter = ({ eventStore }: Pick<World, 'eventStore'>, n: number, hours: number) =>
    enterReusable(
      eventStore,
      { tenant: 'default', sha256: sha256(n) },
      { jobId: n, executionId: 1, fileId: 1, uid: randomUUID(), settings: 's', hours },
      1,
    );
  async function entered({ eventStore }: World): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const { event, caughtUp } of eventStore.subscribe({ streamPrefix: 'reusable', signal })) {
      if (event) found.push(event.data.jobId);
      if (caughtUp) break;
    }
    return found;
  }
  const hoursLater = (world: World, hours: number) =>
    forgetExpiredResults({ eventStore: world.eventStore, mayAct: () => true }, inMs(hours * HOUR_MS), signal);

  it('are forgotten after the hours of their tenant, each after its own', async () => {
    await using world = await openWorld();
    for (const [index, hours] of [24, 1, 24, 2].entries()) await enter(world, index + 1, hours);
    expect(await hoursLater(world, 0.5)).toBe(0);
    expect(await hoursLater(world, 1.5)).toBe(1);
    expect(await entered(world)).toEqual([1, 3, 4]);
    expect(await hoursLater(world, 2.5)).toBe(1);
    expect(await entered(world)).toEqual([1, 3]);
    await enter(world, 5, 24);
    expect(await hoursLater(world, 25)).toBe(3);
    expect(await entered(world)).toEqual([]);
  });

  it('are forgotten by a housekeeper that runs', async () => {
    await using world = await openWorld();
    await enter(world, 1, 1);
    world.pass(2 * HOUR_MS);
    world.start();
    await vi.waitFor(async () => expect(await entered(world)).toEqual([]), 10_000);
  });
});
