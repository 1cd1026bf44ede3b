import { randomUUID } from 'node:crypto';
import { integer, mulberry32 } from '@inkstream/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLease } from './lease.ts';
import { type Contender, silent, startContender, type World } from './spec-support/contender.ts';
import { memoryStreams } from './spec-support/memory-streams.ts';
import { VirtualTime } from './spec-support/virtual-time.ts';
import { whileHeld } from './while-held.ts';

const newWorld = (seed: number, faulty = false): World => ({
  time: new VirtualTime(),
  streams: memoryStreams(),
  random: mulberry32(seed),
  faulty,
});

/** Contenders that record when each of them works. */
function contend(world: World, count: number) {
  const works: { by: Contender; at: number; alone: boolean }[] = [];
  const contenders: Contender[] = Array.from({ length: count }, () =>
    startContender(world, (by) => {
      const alone = contenders.every((one) => one === by || one.lease.remainingMs() === 0);
      works.push({ by, at: world.time.now, alone });
    }),
  );
  const closeAll = async () => {
    const closed = Promise.all(contenders.map((one) => one.close()));
    await world.time.pass(60_000);
    await closed;
  };
  return { contenders, works, closeAll };
}

describe('several who want one lease', () => {
  it('never work at the same time, and never all stop, whatever connections, clocks and pauses do', async () => {
    let changes = 0;
    const seeds = fc.integer({ min: 0, max: 2 ** 31 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 4 }), async (seed, count) => {
        const world = newWorld(seed, true);
        const { works, closeAll } = contend(world, count);
        await world.time.pass(60_000);
        world.faulty = false;
        await world.time.pass(20_000);
        const calmSince = world.time.now;
        await world.time.pass(10_000);
        expect(works.filter(({ alone }) => !alone)).toEqual([]);
        const calm = works.filter(({ at }) => at > calmSince);
        expect(new Set(calm.map(({ by }) => by)).size).toBe(1);
        expect(calm.length).toBeGreaterThan(80);
        changes += works.filter(({ by }, index) => index > 0 && works[index - 1]?.by !== by).length;
        await closeAll();
      }),
      { numRuns: 20 },
    );
    expect(changes).toBeGreaterThan(10);
  });

  it('take over within a second from one that closes', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const world = newWorld(seed);
      const { contenders, works, closeAll } = contend(world, 2);
      await world.time.pass(integer(world.random, 1_000, 10_000));
      const first = works.at(-1)?.by;
      const closedAt = world.time.now;
      const closed = first?.close();
      await world.time.pass(1_000);
      await closed;
      const next = works.find(({ by, at }) => by !== first && at >= closedAt);
      expect(contenders).toContain(next?.by);
      await closeAll();
    }
  });

  it('learn at their next renewal that they lost it, though their own clock stood still', async () => {
    const { time, streams } = newWorld(1);
    const lease = createLease({ store: streams, name: 'relay', now: () => 0 });
    const closing = new AbortController();
    const heard: number[] = [];
    const work = async (signal: AbortSignal) => {
      signal.addEventListener('abort', () => heard.push(time.now), { once: true });
      while (!signal.aborted) await time.sleep(10_000, signal);
    };
    const { signal } = closing;
    const sleep = time.sleep.bind(time);
    const ended = whileHeld(lease, work, { signal, sleep, log: silent });
    await time.pass(2_000);
    const data = { holder: 'another', ttlMs: 5_000 };
    const taken = { id: randomUUID(), type: 'LeaseTaken', data, metadata: {} };
    await streams.append('lease-relay', [taken], { expected: 'any' });
    await time.pass(2_000);
    expect(heard).toEqual([2 * 1_666]);
    closing.abort();
    await ended;
  });

  it.each([
    ['ends', async () => {}],
    ['fails', () => Promise.reject(new Error('cannot work'))],
  ])('let another have the lease if their own work %s', async (_, work) => {
    const { time, streams } = newWorld(1);
    const order: string[] = [];
    const closing = new AbortController();
    const options = { signal: closing.signal, sleep: time.sleep.bind(time), log: silent };
    const start = (holder: string) => {
      const lease = createLease({ store: streams, name: 'relay', holder, now: () => time.now });
      const noted = async () => {
        order.push(holder);
        await time.sleep(100);
        await work();
      };
      return whileHeld(lease, noted, options);
    };
    const ended = Promise.all([start('a'), start('b')]);
    await time.pass(3_000);
    expect(order.slice(0, 4)).toEqual(['a', 'b', 'a', 'b']);
    closing.abort();
    await time.pass(1_000);
    await ended;
  });
});
