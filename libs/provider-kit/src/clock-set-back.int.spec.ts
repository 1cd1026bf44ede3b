import { parseEvent } from '@inkstream/contracts';
import { executionStream } from '@inkstream/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

const HOUR_MS = 3_600_000;

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const events = (jobId: number) =>
  Array.fromAsync(harness.eventStore.read(executionStream({ jobId, executionId: 1 })));

describe('a clock that is set back', () => {
  /** How far the clock is ahead, ms. */
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);

  it('while a document is read leaves an event that every reader can read', async () => {
    aheadMs = HOUR_MS;
    const engine = wordsEngine(async (word) => {
      aheadMs = 0;
      return word;
    });
    await harness.start({ engine }, { now });
    const id = await harness.request('good');
    await harness.final(id);
    const completed = (await events(id)).find(({ type }) => type === 'ExecutionCompleted');
    expect(parseEvent('ExecutionCompleted', completed?.data).data).toMatchObject({
      durationMs: expect.any(Number),
    });
  });

  it('does not keep a document waiting that was to be tried again soon', async () => {
    aheadMs = 10 * HOUR_MS;
    const engine = wordsEngine(async (word, call) => {
      if (call === 1) throw fault('rate_limited');
      return word;
    });
    const retry = { firstDelayMs: 200, maxDelayMs: 200 };
    await harness.start({ engine }, { now, retry });
    const id = await harness.request('good');
    await vi.waitFor(async () =>
      expect(await events(id)).toContainEqual(expect.objectContaining({ type: 'ExecutionRetryScheduled' })),
    );
    aheadMs = 0;
    expect(await harness.final(id)).toMatchObject({ status: 'completed' });
  });
});
