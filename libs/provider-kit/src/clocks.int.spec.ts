import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

const HOUR_MS = 3_600_000;
const DELAY_MS = 2_000;
vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

it.each([
  ['ahead', HOUR_MS],
  ['behind', -HOUR_MS],
])(
  'retries when the backoff says, though the clock of the worker before was an hour %s',
  async (_, offMs) => {
    const retry = { firstDelayMs: DELAY_MS, maxDelayMs: DELAY_MS };
    const run = (engine: ReturnType<typeof wordsEngine>, aheadMs: number) =>
      harness.start({ engine }, { retry, random: () => 1, now: () => new Date(Date.now() + aheadMs) });
    const failing = wordsEngine(() => Promise.reject(fault('internal_error')));
    const before = await run(failing, offMs);
    const id = await harness.request('apple');
    await harness.until(id, (view) => execution(view).error !== null);
    await before.close();
    await run(
      wordsEngine(async (word) => word),
      0,
    );
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
    const events = await Array.fromAsync(
      readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }),
    );
    const [, scheduled, again] = events.map(({ recordedAt }) => Date.parse(recordedAt));
    expect(again! - scheduled!).toBeGreaterThanOrEqual(DELAY_MS - 100);
  },
);

it('counts how long a document took though its clock was set back meanwhile', async () => {
  let aheadMs = 0;
  const engine = wordsEngine(async (word) => {
    aheadMs = -HOUR_MS;
    return word;
  });
  await harness.start({ engine }, { now: () => new Date(Date.now() + aheadMs) });
  const id = await harness.request('apple');
  expect(execution(await harness.final(id)).result?.durationMs).toBeGreaterThanOrEqual(0);
});

describe('a worker whose clock is off', () => {
  let offMs = 0;
  const now = () => new Date(Date.now() + offMs);

  it.each([
    ['ahead when it plans the next attempt', 1, 0],
    ['behind when the next attempt is due', 0, -1],
  ])('%s: puts it off by no more than was meant', async (_when, before, after) => {
    offMs = before * HOUR_MS;
    const engine = wordsEngine(async (word, call) => {
      if (call === 1) {
        // Between the plan and the attempt somebody sets the clock.
        setTimeout(() => {
          offMs = after * HOUR_MS;
        }, 200);
        throw fault('internal_error');
      }
      return word;
    });
    await harness.start({ engine }, { now, retry: { firstDelayMs: 1_000, maxDelayMs: 1_000 } });
    const id = await harness.request('late');
    expect((await harness.final(id)).status).toBe('completed');
  });
});
