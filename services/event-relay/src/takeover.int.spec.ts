import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { openRelayWorld, type RelayWorld, type TestRelay } from './spec-support/relay-world.ts';

const TTL = 3_000;
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

/** Two relays under load, the first of which publishes. */
async function startTwo(world: RelayWorld, ttlMs = TTL): Promise<[active: TestRelay, standby: TestRelay]> {
  const active = await world.startRelay('a', ttlMs);
  await until(() => expect(active.role()).toBe('active'));
  const standby = await world.startRelay('b', ttlMs);
  await until(() => expect(world.heard.length).toBeGreaterThan(20));
  expect(standby.role()).toBe('standby');
  return [active, standby];
}

/** In ms, how long it takes from now until the relay is active. */
async function timeToActive(relay: TestRelay): Promise<number> {
  const from = performance.now();
  await until(() => expect(relay.role()).toBe('active'));
  return performance.now() - from;
}

/** Everything that was committed is heard, each job's events in their order. */
async function expectNothingLost(world: RelayWorld): Promise<void> {
  await setTimeout(100);
  await world.stopWriting();
  const committed = await world.committed();
  await until(() => expect(world.firsts()).toHaveLength(committed.length));
  expect(world.firsts()).toEqual(committed);
}

describe.concurrent('a relay that stands by', () => {
  it('goes on at once when the active one closes, with nothing twice', async () => {
    await using world = await openRelayWorld();
    const [active, standby] = await startTwo(world, 30_000);
    const [took] = await Promise.all([timeToActive(standby), active.close()]);
    expect(took).toBeLessThan(5_000);
    await expectNothingLost(world);
    expect(world.turns).toEqual(['a', 'b']);
    expect(world.heard).toHaveLength(world.firsts().length);
  });

  it('goes on if the active one cannot renew, which has stopped by then', async () => {
    await using world = await openRelayWorld();
    const [active, standby] = await startTwo(world);
    active.faults.lease = true;
    await until(() => expect(active.role()).toBe('standby'));
    expect(standby.role()).toBe('standby');
    await timeToActive(standby);
    active.faults.lease = false;
    await expectNothingLost(world);
    expect(world.turns).toEqual(['a', 'b']);
  });

  it('goes on if the active one loses the event store', async () => {
    await using world = await openRelayWorld();
    const [active, standby] = await startTwo(world);
    active.faults.store = true;
    expect(await timeToActive(standby)).toBeLessThan(10_000);
    active.faults.store = false;
    await expectNothingLost(world);
    expect(world.turns).toEqual(['a', 'b']);
  });

  it('goes on if the active one loses the bus, though it could renew', async () => {
    await using world = await openRelayWorld();
    const [active, standby] = await startTwo(world);
    active.faults.bus = true;
    expect(await timeToActive(standby)).toBeLessThan(10_000);
    await expectNothingLost(world);
    expect(world.turns).toEqual(['a', 'b']);
  });

  it('is not disturbed by a publish of the one before that arrives late: events are repeated, none is lost', async () => {
    await using world = await openRelayWorld();
    const [active, standby] = await startTwo(world);
    const stuck = Promise.withResolvers<void>();
    active.faults.publish = stuck.promise;
    active.faults.lease = true;
    await timeToActive(standby);
    await setTimeout(200);
    stuck.resolve();
    await until(() => expect(world.turns).toEqual(['a', 'b', 'a', 'b']));
    expect(active.role()).toBe('standby');
    await expectNothingLost(world);
    expect(world.turns).toEqual(['a', 'b', 'a', 'b']);
    expect(world.heard.length).toBeGreaterThan(world.firsts().length);
  });

  it('gives up its turn too, if nobody can publish, and goes on once somebody can', async () => {
    await using world = await openRelayWorld();
    const relays = await startTwo(world);
    for (const { faults } of relays) faults.bus = true;
    const [first, second] = relays;
    await timeToActive(second);
    await timeToActive(first);
    for (const { faults } of relays) faults.bus = false;
    await expectNothingLost(world);
  });
});
