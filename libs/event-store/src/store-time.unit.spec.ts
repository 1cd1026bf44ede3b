import { describe, expect, it } from 'vitest';
import { EventStoreUnavailableError } from './errors.ts';
import { memoryStreams, type Streams } from './spec-support/memory-streams.ts';
import { StoreClock, storeTime } from './store-time.ts';

const STORE_MS = Date.UTC(2026, 10, 30, 12);

/** A store whose time goes on with `passed.ms`, and whose readers freeze for so long, once each. */
function world() {
  const streams = memoryStreams();
  const passed = { ms: 0 };
  const asked = { count: 0, freezes: [] as number[], away: false };
  const store: Streams = {
    ...streams,
    async append(...args) {
      if (asked.away) throw new EventStoreUnavailableError('away');
      asked.count++;
      return streams.append(...args);
    },
    async *read(...args) {
      const recordedAt = new Date(STORE_MS + passed.ms).toISOString();
      for await (const event of streams.read(...args)) {
        passed.ms += asked.freezes.shift() ?? 0;
        yield { ...event, recordedAt };
      }
    },
  };
  // The own counter began at another time.
  return { store, passed, asked, streams, clock: new StoreClock(store, () => 777 + passed.ms) };
}

describe('the clock of the event store', () => {
  it('is asked for once, and counted on from there', async () => {
    const { passed, asked, clock } = world();
    expect(await Promise.all([clock.now(), clock.now()])).toEqual([STORE_MS, STORE_MS]);
    passed.ms += 60_000;
    expect(await clock.now()).toBe(STORE_MS + 60_000);
    expect(asked.count).toBe(1);
    passed.ms += 600_000;
    expect(await clock.now()).toBe(STORE_MS + 660_000);
    expect(asked.count).toBe(2);
  });

  it('is asked for again if an answer came late, as after a freeze', async () => {
    const { asked, clock } = world();
    asked.freezes = [7_200_000];
    expect(await clock.now()).toBe(STORE_MS + 7_200_000);
    expect(asked.count).toBe(2);
    expect(await clock.now()).toBe(STORE_MS + 7_200_000);
    expect(asked.count).toBe(2);
  });

  it('is not known while nobody answers', async () => {
    const { asked, clock } = world();
    asked.away = true;
    await expect(clock.now()).rejects.toBeInstanceOf(EventStoreUnavailableError);
    asked.away = false;
    expect(await clock.now()).toBe(STORE_MS);
  });

  it('leaves no more behind than was asked of late', async () => {
    const { store, streams } = world();
    for (let n = 0; n < 500; n++) await storeTime(store);
    expect(streams.of('clock').length).toBeLessThan(250);
  });
});
