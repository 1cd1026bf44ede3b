import { createLease } from '@inkstream/event-store';
import { describe, expect, it, vi } from 'vitest';
import { HOUR_MS, openWorld } from './spec-support/world.ts';

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

describe('several housekeepers', () => {
  it('have one that works, and another goes on once it is gone', async () => {
    await using world = await openWorld({ SCAVENGE_DELAY_MS: 0 });
    const start = (holder: string) =>
      world.start(createLease({ store: world.eventStore, name: 'housekeeper', holder, ttlMs: 2_000 }));
    const first = start('first');
    await until(() => expect(first.details()).toMatchObject({ role: 'active' }));
    const second = start('second');
    world.nodes.gate = new Promise(() => {});
    await world.deleteJob();
    await until(() => expect(world.nodes.underWay).toBe(1));
    expect(second.details()).toMatchObject({ role: 'standby' });
    await first.close();
    world.nodes.gate = undefined;
    await until(() => expect(world.nodes.done).toEqual(['a', 'b', 'c']));
    expect(second.details()).toMatchObject({ role: 'active' });
    expect(world.nodes.atOnce).toBe(1);
  });
});

describe('a housekeeper', () => {
  it('says why it cannot scavenge, goes on trying, and says when it has', async () => {
    await using world = await openWorld({ SCAVENGE_DELAY_MS: 0 });
    world.nodes.failing.add('b');
    const housekeeper = world.start();
    expect(housekeeper.details()).toEqual({ role: 'active', lastScavenge: 'none since the start' });
    await world.deleteJob();
    await until(() => expect(housekeeper.details()).toMatchObject({ scavengeFault: 'b is down' }));
    world.nodes.failing.clear();
    await until(() => expect(world.nodes.done).toEqual(['a', 'c', 'b']));
    await until(() => expect(housekeeper.details().scavengeFault).toBeUndefined());
    expect(Date.parse(housekeeper.details().lastScavenge ?? '')).toBeGreaterThan(Date.now() - HOUR_MS);
  });

  it('ends at once though a scavenge takes long', async () => {
    await using world = await openWorld({ SCAVENGE_DELAY_MS: 0 });
    world.nodes.gate = new Promise(() => {});
    await world.deleteJob();
    const housekeeper = world.start();
    await until(() => expect(world.nodes.underWay).toBe(1));
    await housekeeper.close();
    expect(world.nodes.underWay).toBe(0);
  });
});
