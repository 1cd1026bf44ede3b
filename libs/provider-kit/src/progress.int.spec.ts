import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionProgress, fromProgressMessage, PROGRESS_TOPIC } from '@inkstream/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fault, type Harness, openHarness } from './spec-support/harness.ts';
import { bookOf, pagesEngine } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

/** What is told from now on. */
async function listen() {
  const told: ExecutionProgress[] = [];
  const tail = await harness.bus.tail({
    topic: PROGRESS_TOPIC,
    from: 'beginning',
    handler: (message) => void told.push(fromProgressMessage(message)),
  });
  return { told, close: () => tail.close() };
}

it('tells how many pages are done at most twice a second, and goes on after those of an attempt before', async () => {
  const { engine } = pagesEngine(async ({ number, call }) => {
    await sleep(100);
    if (number === 5 && call === 1) throw fault('provider_unavailable');
    return `page ${number}`;
  });
  await harness.start({ engine }, { circuit: { firstProbeMs: 50, maxProbeMs: 50 } });
  const { told, close } = await listen();
  const id = await harness.request(bookOf(20));
  const begun = performance.now();
  await harness.final(id);
  const seconds = (performance.now() - begun) / 1_000;
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(3), 20_000);
  await close();
  // Each attempt tells at once how it begins.
  expect(told.length).toBeLessThanOrEqual(2 * seconds + 2);
  const attempts = told.map(({ attempt }) => attempt);
  expect(attempts).toEqual(attempts.toSorted((a, b) => a - b));
  expect(new Set(attempts)).toEqual(new Set([1, 2]));
  const done = told.map(({ pagesDone }) => pagesDone);
  expect(done[0]).toBe(0);
  expect(done).toContain(4);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  const who = { jobId: id, executionId: 1, uid: harness.uidOf(id), tenant: 'default', pages: 20 };
  for (const one of told) expect(one).toMatchObject(who);
});

it('tells nothing of a document of one page', async () => {
  await harness.start({ engine: pagesEngine().engine });
  const { told, close } = await listen();
  await harness.final(await harness.request(bookOf(1)));
  await harness.final(await harness.request(bookOf(2)));
  await vi.waitFor(() => expect(told.length).toBeGreaterThan(0), 20_000);
  await close();
  expect(new Set(told.map(({ pages }) => pages))).toEqual(new Set([2]));
});
