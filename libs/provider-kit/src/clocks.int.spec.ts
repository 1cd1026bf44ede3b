import { fromMessage, toMessage } from '@inkstream/contracts';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR_MS = 3_600_000;

let harness: Harness;
/** How far the worker's clock is from that of the store, ms. */
let offMs = 0;
beforeEach(async () => {
  offMs = 0;
  harness = await openHarness();
});
afterEach(() => harness.close());

const now = () => new Date(Date.now() + offMs);

describe('a worker whose clock is hours off', () => {
  it.each([
    ['ahead when it plans the next attempt', 2, 0],
    ['behind when the next attempt is due', 0, -2],
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

  it('goes back while it reads: says nothing of how long that took that nobody can publish', async () => {
    const engine = wordsEngine(async (word) => {
      offMs = -HOUR_MS;
      return word;
    });
    await harness.start({ engine }, { now });
    const id = await harness.request('pear');
    expect((await harness.final(id)).status).toBe('completed');
    const events = await Array.fromAsync(
      readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }),
    );
    for (const event of events) fromMessage(toMessage(event, 'any'));
  });
});
