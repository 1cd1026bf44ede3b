import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderAnnouncement } from '@inkstream/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../engine.ts';
import { execution, type Harness, openHarness } from '../spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

const TODAY = Date.parse('2026-11-30T12:00:00Z');
const DAY = 86_400_000;
const usd = (amount: string) => ({ amount, currency: 'USD' });

let harness: Harness;
let now: number;
/** Calls that the vendor was paid for, 0.1 each; how many were under way at once at most. */
let calls: number;
let [inFlight, most] = [0, 0];
beforeEach(async () => {
  harness = await openHarness();
  now = TODAY;
  calls = 0;
  [inFlight, most] = [0, 0];
});
afterEach(() => harness.close());

const engine = (): Engine => ({
  async recognise(_document, { call }) {
    await call(async () => {
      most = Math.max(most, ++inFlight);
      await sleep(20);
      inFlight--;
      calls++;
      return { cost: usd('0.1') };
    });
    return { pages: [{ width: 10, height: 10, rotation: 0, lines: [{ text: 'read' }] }], model: 'm' };
  },
});
const start = (dailyBudget: string) =>
  harness.start(
    { engine: engine(), concurrency: 3, dailyBudget: usd(dailyBudget) },
    { timeOfDay: async () => now, circuit: { firstProbeMs: 50, maxProbeMs: 100 } },
  );
const isPaused = ({ state, cause }: ProviderAnnouncement) => state === 'paused' && cause === 'budget_spent';
const statusOf = async (id: number) => execution(await harness.until(id, () => true)).status;

describe('a provider that may spend so much a day', () => {
  it('pauses at its budget, passes it by no more than was in flight, fails nothing, and goes on the next day', async () => {
    const replicas = [await start('1'), await start('1')];
    const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => harness.request(`doc ${n}`)));
    const { reason, since } = await harness.announced(isPaused);
    expect([reason, since]).toEqual([expect.stringMatching(/budget of 1 USD for today/), expect.any(String)]);
    await vi.waitFor(
      () => expect(replicas.every((one) => one.status().cause === 'budget_spent')).toBe(true),
      10_000,
    );
    await sleep(500);
    expect(calls).toBeGreaterThanOrEqual(10);
    expect(calls).toBeLessThan(10 + most);
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses.filter((status) => status === 'completed')).toHaveLength(calls);
    expect(statuses).not.toContain('failed');

    const before = calls;
    for (const spent of [10, 20]) {
      now += DAY;
      await vi.waitFor(() => expect(calls).toBeGreaterThanOrEqual(before + spent), 20_000);
      // What was in flight is written on its own day.
      await sleep(500);
    }
    now += DAY;
    for (const id of ids) expect(execution(await harness.final(id))).toMatchObject({ status: 'completed' });
    expect(calls).toBe(40);
  });

  it('knows after a restart what it has spent, and goes on once its budget is raised', async () => {
    const first = await start('0.1');
    await harness.final(await harness.request('apple'));
    await first.close();
    const second = await start('0.1');
    await vi.waitFor(() => expect(second.status()).toMatchObject({ cause: 'budget_spent' }), 10_000);
    const id = await harness.request('pear');
    await sleep(500);
    expect([calls, await statusOf(id)]).toEqual([1, 'pending']);
    await second.close();
    await start('0.3');
    await harness.final(id);
    expect(calls).toBe(2);
  });
});
