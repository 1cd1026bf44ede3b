import { setTimeout as sleep } from 'node:timers/promises';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Engine } from '../engine.ts';
import { execution, type Harness, openHarness } from '../spec-support/harness.ts';
import { scriptedVendor } from '../spec-support/scripted-vendor.ts';
import { Limiter } from './limiter.ts';

vi.setConfig({ testTimeout: 120_000 });

const JOBS = 200;
/** The vendor answers so many requests within any window. */
const LIMIT = 40;
const WINDOW_MS = 1_000;
/** Time limit of a document: half of what the last one waits for the vendor's limit. */
const TIMEOUT_MS = 2_000;

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const vendorOf = (retryAfter: boolean) =>
  scriptedVendor({
    ...{ limit: LIMIT, windowMs: WINDOW_MS, retryAfter },
    now: () => performance.now(),
    latency: () => sleep(30),
  });

/** A replica of the provider. */
const start = (vendor: ReturnType<typeof vendorOf>, limiter: Limiter, settleMs = 0) => {
  const engine: Engine = {
    limiter,
    async recognise(_document, { call }) {
      await call(() => vendor.call());
      return { pages: [{ width: 10, height: 10, rotation: 0, lines: [{ text: 'read' }] }], model: 'm' };
    },
  };
  return harness.start({ engine, concurrency: JOBS / 2, timeoutMs: TIMEOUT_MS }, { settleMs });
};

/** All are asked for before anybody reads: what follows is a storm, however fast the machine is. */
async function requestAll(): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < JOBS; n++) ids.push(await harness.request(`doc ${n}`));
  return ids;
}

/** How they ended, and what happened to them. */
async function outcomeOf(ids: readonly number[]) {
  const statuses = new Map<string, number>();
  const types = new Set<string>();
  for (const id of ids) {
    const { status } = await harness.final(id);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const events = readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 });
    for await (const { type, data } of events)
      types.add('error' in data ? `${type}: ${data.error.code}, ${data.error.message}` : type);
  }
  return { statuses: Object.fromEntries(statuses), types: [...types].sort() };
}
const allRead = {
  statuses: { completed: JOBS },
  // None failed, none was tried again: calls wait, and their documents with them.
  types: ['ExecutionCompleted', 'ExecutionStarted'],
};

it.each([true, false])(
  'two replicas in a storm of 429, whose limit nobody told them, read every document (Retry-After: %s)',
  async (retryAfter) => {
    const vendor = vendorOf(retryAfter);
    const limiters = [new Limiter(), new Limiter()];
    const ids = await requestAll();
    for (const limiter of limiters) await start(vendor, limiter);
    expect(await outcomeOf(ids)).toEqual(allRead);
    expect(vendor.refused).toBeGreaterThan(10);
  },
);

it('two replicas that know the limit of their account never pass it', async () => {
  const vendor = vendorOf(true);
  const ids = await requestAll();
  for (let n = 0; n < 2; n++)
    await start(vendor, new Limiter({ requestsPerMinute: LIMIT, windowMs: WINDOW_MS }), 3_000);
  expect(await outcomeOf(ids)).toEqual(allRead);
  expect(vendor.refused).toBe(0);
});

it('a replica makes no call until the others have had time to hear of it', async () => {
  const vendor = vendorOf(true);
  const limiter = new Limiter({ requestsPerMinute: LIMIT });
  await start(vendor, limiter, 600_000);
  const id = await harness.request('apple');
  await harness.until(id, (view) => execution(view).status === 'running');
  await sleep(1_000);
  expect([vendor.answered, limiter.waiting]).toEqual([0, 1]);
  // As it does once the others had that time.
  limiter.share({ rank: 0, of: 2 });
  expect(execution(await harness.final(id)).status).toBe('completed');
});
