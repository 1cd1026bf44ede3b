import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EventStoreUnavailableError } from './errors.ts';
import { createLease } from './lease.ts';
import { memoryStreams, type Streams } from './spec-support/memory-streams.ts';

const TTL = 5_000;

/** One stream, two processes that want the lease, and a clock for each. */
function setUp(changes: Partial<Streams> = {}) {
  const streams = memoryStreams();
  const clocks = { a: 1_000, b: 77_000 };
  const contender = (holder: 'a' | 'b', store: Streams) =>
    createLease({ store, name: 'relay', holder, ttlMs: TTL, now: () => clocks[holder] });
  const a = contender('a', { ...streams, ...changes });
  const b = contender('b', streams);
  const pass = (ms: number) => {
    clocks.a += ms;
    clocks.b += ms;
  };
  return { streams, a, b, pass, head: () => streams.of('lease-relay').at(-1) };
}
const down = async () => {
  throw new EventStoreUnavailableError('down');
};

describe('a lease that nobody has', () => {
  it('is taken by whoever asks first, and the event says by whom and for how long', async () => {
    const { a, b, head } = setUp();
    expect(await a.attempt()).toBe(true);
    expect(await b.attempt()).toBe(false);
    expect([a.remainingMs(), b.remainingMs()]).toEqual([4_000, 0]);
    expect(head()).toMatchObject({ type: 'LeaseTaken', data: { holder: 'a', ttlMs: TTL } });
  });

  it('is taken by one of several that ask at the same moment', async () => {
    const { a, b } = setUp();
    expect((await Promise.all([a.attempt(), b.attempt()])).filter(Boolean)).toHaveLength(1);
  });

  it('is held under a new name by every process if none is given', () => {
    const store = memoryStreams();
    const holders = [1, 2].map(() => createLease({ store, name: 'relay' }).holder);
    expect(new Set(holders).size).toBe(2);
  });
});

describe('a lease that is held', () => {
  it('stays with its holder for as long as it renews', async () => {
    const { a, b, pass } = setUp();
    await a.attempt();
    for (let n = 0; n < 20; n++) {
      expect(await b.attempt()).toBe(false);
      pass(TTL / 3);
      expect(await a.attempt()).toBe(true);
    }
  });

  it('is taken by another once that one has not seen it renewed for the whole of its time', async () => {
    const { a, b, pass } = setUp();
    await a.attempt();
    pass(3_000);
    expect(await b.attempt()).toBe(false);
    pass(TTL - 1);
    expect(await b.attempt()).toBe(false);
    pass(1);
    expect(await b.attempt()).toBe(true);
  });

  it('is over for its holder before another may take it', async () => {
    const { a, b, pass } = setUp();
    await a.attempt();
    await b.attempt();
    pass(TTL * 0.8);
    expect(a.remainingMs()).toBe(0);
    expect(await b.attempt()).toBe(false);
  });

  it('is taken at once after its release, and is no longer held by whoever released it', async () => {
    const { a, b } = setUp();
    await a.attempt();
    await b.attempt();
    await a.release();
    expect(a.remainingMs()).toBe(0);
    expect(await b.attempt()).toBe(true);
  });

  it('is not released by whoever has lost it', async () => {
    const { a, b, pass, head } = setUp();
    await a.attempt();
    await b.attempt();
    pass(TTL);
    await b.attempt();
    await a.release();
    expect(head()).toMatchObject({ type: 'LeaseTaken', data: { holder: 'b' } });
  });

  it('is waited for as long as its holder set, whatever time to live others use', async () => {
    const { streams, a } = setUp();
    await a.attempt();
    const clock = { ms: 0 };
    const hasty = createLease({ store: streams, name: 'relay', ttlMs: 100, now: () => clock.ms });
    await hasty.attempt();
    clock.ms = TTL - 1;
    expect(await hasty.attempt()).toBe(false);
  });
});

describe('a holder', () => {
  it('learns at its next renewal that another has it', async () => {
    const { a, b, pass } = setUp();
    await a.attempt();
    await b.attempt();
    pass(TTL);
    expect(await b.attempt()).toBe(true);
    expect(await a.attempt()).toBe(false);
    expect(a.remainingMs()).toBe(0);
  });

  it('counts from before it sent what it appended, however long the answer took', async () => {
    const streams = memoryStreams();
    const clock = { ms: 0 };
    const append: Streams['append'] = async (...args) => {
      const answer = await streams.append(...args);
      clock.ms += 3_000;
      return answer;
    };
    const slow = createLease({
      store: { ...streams, append },
      name: 'relay',
      ttlMs: TTL,
      now: () => clock.ms,
    });
    expect(await slow.attempt()).toBe(true);
    expect(slow.remainingMs()).toBe(1_000);
  });

  it('keeps what it has while the store is down, and no longer', async () => {
    const streams = memoryStreams();
    let append = streams.append;
    const { a, pass } = setUp({ ...streams, append: (...args) => append(...args) });
    await a.attempt();
    append = down;
    pass(1_500);
    await expect(a.attempt()).rejects.toThrow('down');
    expect(a.remainingMs()).toBe(2_500);
    pass(2_500);
    expect(a.remainingMs()).toBe(0);
  });

  it('recognises as its own what it appended without receiving the answer', async () => {
    const streams = memoryStreams();
    let answers = false;
    const append: Streams['append'] = async (...args) => {
      const answer = await streams.append(...args);
      return answers ? answer : down();
    };
    const { a } = setUp({ ...streams, append });
    await expect(a.attempt()).rejects.toThrow('down');
    expect(a.remainingMs()).toBe(0);
    answers = true;
    expect(await a.attempt()).toBe(true);
  });

  it('keeps it though an append that it had given up waiting for comes between', async () => {
    const streams = memoryStreams();
    const late: (() => Promise<unknown>)[] = [];
    const append: Streams['append'] = async (...args) => {
      await late.pop()?.();
      return streams.append(...args);
    };
    const { a } = setUp({ ...streams, append });
    await a.attempt();
    const renewal = { id: randomUUID(), type: 'LeaseTaken', data: { holder: 'a', ttlMs: TTL }, metadata: {} };
    late.push(() => streams.append('lease-relay', [renewal], { expected: 0 }));
    expect(await a.attempt()).toBe(true);
  });

  it('leaves a short stream behind, however often it renews', async () => {
    const { a, streams } = setUp();
    for (let n = 0; n < 350; n++) await a.attempt();
    expect(streams.of('lease-relay').length).toBeLessThanOrEqual(100);
    expect(await a.attempt()).toBe(true);
  });
});
