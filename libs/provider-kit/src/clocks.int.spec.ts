import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Within what a provider may ask for by its Retry-After. */
const HALF_HOUR_MS = 1_800_000;

let harness: Harness;
/** How far the worker's clock is from that of the store, ms. */
let offMs = 0;
beforeEach(async () => {
  offMs = 0;
  harness = await openHarness();
});
afterEach(() => harness.close());

const now = () => new Date(Date.now() + offMs);

describe('a worker whose clock is off', () => {
  it.each([
    ['ahead when it plans the next attempt', 1, 0],
    ['behind when the next attempt is due', 0, -1],
  ])('%s: puts it off by no more than was meant', async (_when, before, after) => {
    offMs = before * HALF_HOUR_MS;
    const engine = wordsEngine(async (word, call) => {
      if (call === 1) {
        // Between the plan and the attempt somebody sets the clock.
        setTimeout(() => {
          offMs = after * HALF_HOUR_MS;
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
