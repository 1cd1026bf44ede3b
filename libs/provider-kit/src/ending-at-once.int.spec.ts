import { requestsTopic } from '@inkstream/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const COUNT = 500;
let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

it(`completes ${COUNT} executions of one job that end at the same moment, each with its one result, within 5 s of CPU`, async () => {
  const allRead = Promise.withResolvers<void>();
  let calls = 0;
  const engine = wordsEngine(async (word) => {
    if (++calls === COUNT) allRead.resolve();
    await allRead.promise;
    return word;
  });
  await harness.start({ engine, concurrency: COUNT, timeoutMs: 100_000 });
  const id = await harness.request(...Array.from({ length: COUNT }, (_, n) => `word ${n}`));
  await allRead.promise;
  const before = process.cpuUsage();
  await vi.waitFor(async () => expect(await harness.bus.lag(requestsTopic('fake'), 'ocr-fake')).toBe(0), {
    timeout: 60_000,
    interval: 20,
  });
  // Of CPU, since the machine may be busy with others.
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(5_000);
  const { status, executions } = await harness.final(id);
  expect(status).toBe('completed');
  expect(executions.filter((one) => one.status === 'completed' && one.attempt === 1)).toHaveLength(COUNT);
  expect(await harness.results(id)).toHaveLength(COUNT);
  expect(calls).toBe(COUNT);
});
