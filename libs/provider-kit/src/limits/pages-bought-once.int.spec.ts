import { setTimeout as sleep } from 'node:timers/promises';
import { evolveExecution, requestedExecution } from '@inkstream/domain';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../engine.ts';
import { ProviderError } from '../provider-error.ts';
import { type Harness, openHarness } from '../spec-support/harness.ts';
import { spendingStream } from './spending.ts';

vi.setConfig({ testTimeout: 60_000 });

const usd = (amount: string) => ({ amount, currency: 'USD' });
const PAGES = 3;

let harness: Harness;
let bought: number[];
beforeEach(async () => {
  harness = await openHarness();
  bought = [];
});
afterEach(() => harness.close());

/** Each page costs 0.01; the third meets what the test has for it the first time. */
const engine = (atThird: (signal: AbortSignal) => Promise<void>): Engine => ({
  async recognise(_document, { opened, call, pageRead, pageFailed, signal }) {
    for (const number of opened(PAGES))
      try {
        const read = await call(async () => {
          if (number === PAGES && !bought.includes(0)) {
            bought.push(0);
            await atThird(signal);
          }
          bought.push(number);
          return { lines: [{ text: `page ${number}` }], model: 'm', usage: { pages: 1 }, cost: usd('0.01') };
        });
        pageRead(number, read);
      } catch (error) {
        signal.throwIfAborted();
        pageFailed(number, error);
      }
    return null;
  },
});

async function ends(id: number) {
  const events = await Array.fromAsync(
    readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }),
  );
  const spent = events.map(({ type, data }) => `${type} ${'cost' in data ? data.cost?.amount : ''}`);
  return { spent, total: events.reduce(evolveExecution, requestedExecution).spent };
}

/** What the stream of the day says in all. */
async function today() {
  const day = new Date().toISOString().slice(0, 10);
  const events = await Array.fromAsync(harness.eventStore.read(spendingStream('fake', day)));
  return events.at(-1)?.data.total;
}

describe('a page that was bought is counted once', () => {
  it('though its attempt failed at another page', async () => {
    await harness.start({
      engine: engine(() => Promise.reject(new ProviderError('internal_error', 'stumbled'))),
    });
    const id = await harness.request('apple');
    await harness.final(id);
    expect(await ends(id)).toEqual({
      spent: [
        'ExecutionStarted ',
        'ExecutionRetryScheduled 0.02',
        'ExecutionStarted ',
        'ExecutionCompleted 0.01',
      ],
      total: { usage: { pages: PAGES }, cost: usd('0.03') },
    });
    expect([bought, await today()]).toEqual([[1, 2, 0, 3], usd('0.03')]);
  });

  it('though its worker stopped before it could say so', async () => {
    const first = await harness.start({
      engine: engine((signal) => sleep(600_000, undefined, { signal })),
      timeoutMs: 60_000,
    });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(bought).toEqual([1, 2, 0]), 10_000);
    await first.close();
    await harness.start({ engine: engine(async () => {}) });
    await harness.final(id);
    const { spent, total } = await ends(id);
    expect(spent).toEqual([
      'ExecutionStarted ',
      'ExecutionReleased ',
      'ExecutionStarted ',
      'ExecutionCompleted 0.03',
    ]);
    expect(total).toEqual({ usage: { pages: PAGES }, cost: usd('0.03') });
    expect([bought, await today()]).toEqual([[1, 2, 0, 3], usd('0.03')]);
  });

  it('though it was cancelled while its attempt goes on', async () => {
    await harness.start({ engine: engine((signal) => sleep(600_000, undefined, { signal })) });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(bought).toEqual([1, 2, 0]), 10_000);
    await vi.waitFor(async () => expect(await harness.results(id)).toHaveLength(2), 10_000);
    await harness.deleteJob(id);
    const { spent, total } = await ends(id);
    expect(spent).toEqual(['ExecutionStarted ', 'ExecutionCancelled 0.02']);
    expect(total).toEqual({ usage: { pages: 2 }, cost: usd('0.02') });
    expect(await today()).toEqual(usd('0.02'));
  });
});
