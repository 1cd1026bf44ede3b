import type { ProviderAnnouncement } from '@inkstream/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { PresentProviders } from './present.ts';

const GRACE_MS = 30_000;
/** Running time of the gateway, and the bus's clock, ms. */
let now: number;
let busClock: number;
let present: PresentProviders;
beforeEach(() => {
  now = 1_000;
  busClock = Date.UTC(2026, 10, 25);
  present = new PresentProviders(() => now, GRACE_MS);
});

const says = (
  name: string,
  lifetimeMs: number,
  instance = 'one',
  version = '1',
  status: Pick<ProviderAnnouncement, 'aliases' | 'state' | 'reason'> = { state: 'ready' },
) =>
  present.announce(
    {
      name,
      instance,
      version,
      description: 'For tests',
      accepts: ['image/png'],
      limits: { maxBytes: 1, maxPages: 1 },
      lifetimeMs,
      ...status,
    },
    busClock,
  );
/** Time passes, in which the bus answers. */
const pass = (ms: number) => {
  for (let left = ms; left > 0; left -= 5_000) {
    now += Math.min(left, 5_000);
    present.busAnswers(true);
  }
};
const names = () => present.list().map(({ name }) => name);

describe('a provider', () => {
  it('counts until its latest announcement expires', () => {
    says('b', 30_000);
    says('a', 30_000);
    expect(names()).toEqual(['a', 'b']);
    now += 20_000;
    says('a', 30_000);
    now += 10_000;
    expect(names()).toEqual(['a']);
    expect(present.find('b')).toBeUndefined();
    expect(present.find('a')).toMatchObject({ name: 'a' });
    expect(present.find('a')).not.toHaveProperty('lifetimeMs');
  });

  it('is found by its name and its aliases, case as given, and is listed once', () => {
    says('b', 30_000, 'one', '1', { state: 'ready', aliases: ['bee', 'both', 'a'] });
    says('a', 30_000, 'one', '1', { state: 'ready', aliases: ['ay', 'both'] });
    const found = ['a', 'ay', 'b', 'bee', 'both', 'Bee', 'c'].map((name) => present.find(name)?.name);
    expect(found).toEqual(['a', 'a', 'b', 'b', 'a', undefined, undefined]);
    expect(names()).toEqual(['a', 'b']);
    now += 30_000;
    expect(present.find('bee')).toBeUndefined();
  });

  it('goes at once when it says so', () => {
    says('a', 30_000);
    says('a', 0);
    expect(names()).toEqual([]);
  });

  it('runs while one of its replicas does, as the one says that spoke last', () => {
    says('a', 30_000, 'one', 'old');
    says('a', 30_000, 'two', 'new');
    expect(present.find('a')?.version).toBe('new');
    says('a', 30_000, 'one', 'old');
    expect(present.find('a')?.version).toBe('old');
    says('a', 0, 'one', 'old');
    expect(present.find('a')?.version).toBe('new');
    says('a', 0, 'two', 'new');
    expect(names()).toEqual([]);
  });

  it('stays while the bus is away, since it has no way to say that it is there', () => {
    says('a', 30_000);
    present.busAnswers(false);
    now += 3_600_000;
    present.busAnswers(false);
    expect(names()).toEqual(['a']);
  });

  it('has its time to say so again once the bus is back', () => {
    says('a', 30_000);
    says('b', 30_000);
    present.busAnswers(false);
    now += 60_000;
    present.busAnswers(true);
    pass(GRACE_MS - 1);
    expect(names()).toEqual(['a', 'b']);
    says('a', 30_000);
    pass(1);
    expect(names()).toEqual(['a']);
  });

  it('stays though the gateway itself stood still, and has its time to say so again', () => {
    says('a', 30_000);
    says('b', 30_000);
    present.busAnswers(true);
    // As by SIGSTOP: nothing of this time was seen here. A request comes before the next look at the bus.
    now += 7_200_000;
    expect(names()).toEqual(['a', 'b']);
    present.busAnswers(true);
    pass(5_000);
    says('a', 30_000);
    pass(GRACE_MS - 5_001);
    expect(names()).toEqual(['a', 'b']);
    pass(1);
    expect(names()).toEqual(['a']);
  });

  it('that was never heard of may be there while the bus is away, and until it had its time to say so', () => {
    expect(present.mayHaveMissed).toBe(false);
    present.busAnswers(false);
    now += 60_000;
    expect(present.mayHaveMissed).toBe(true);
    present.busAnswers(true);
    pass(GRACE_MS - 1);
    expect(present.mayHaveMissed).toBe(true);
    pass(1);
    expect(present.mayHaveMissed).toBe(false);
  });

  it('that had gone before the bus went does not come back with it', () => {
    says('a', 30_000);
    now += 30_000;
    present.busAnswers(false);
    expect(names()).toEqual([]);
    present.busAnswers(true);
    expect(names()).toEqual([]);
  });

  it('is not there if what the bus kept of it is older than its lifetime', () => {
    says('old', 30_000);
    busClock += 3_600_000;
    says('new', 30_000);
    expect(names()).toEqual(['new']);
  });

  it.each([-3_600_000, 3_600_000])(
    'is there though the clock that stamps its messages is off by %i ms',
    (offMs) => {
      for (let round = 0; round < 3; round++) {
        says('right', 30_000);
        busClock += offMs;
        says('off', 30_000);
        busClock -= offMs;
        says('right', 30_000);
        // Its first word may be taken for one from before; it speaks again soon.
        if (round > 0) expect(names()).toEqual(['off', 'right']);
        now += 5_000;
        busClock += 5_000;
      }
    },
  );

  it('reads if one of its replicas does; else it waits if one of them waits', () => {
    const [failed, waits] = [
      { state: 'unavailable', reason: 'no key' },
      { state: 'paused', reason: 'no credit' },
    ] as const;
    says('a', 30_000, 'one', '1', failed);
    expect(present.find('a')).toMatchObject(failed);
    says('a', 30_000, 'two', '1', waits);
    says('a', 30_000, 'one', '1', failed);
    expect(present.find('a')).toMatchObject(waits);
    says('a', 30_000, 'three');
    says('a', 30_000, 'two', '1', waits);
    expect(present.find('a')).toMatchObject({ state: 'ready' });
    expect(present.find('a')).not.toHaveProperty('reason');
  });
});
