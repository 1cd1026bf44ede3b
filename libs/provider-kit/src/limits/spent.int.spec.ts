import { setTimeout as sleep } from 'node:timers/promises';
import { evolveExecution, requestedExecution } from '@inkstream/domain';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine, MakeCall } from '../engine.ts';
import { ProviderError } from '../provider-error.ts';
import { execution, type Harness, openHarness } from '../spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const usd = (amount: string) => ({ amount, currency: 'USD' });
const page = { usage: { pages: 1 }, cost: usd('0.01') };
const cutAnswer = new ProviderError('internal_error', 'The answer was cut', undefined, {
  spent: { usage: { pages: 1 }, cost: usd('0.02') },
});

/** An engine that does so in its first attempt, in its second, and so on, and then has read the document. */
function scripted(...attempts: ((call: MakeCall) => Promise<unknown>)[]): Engine {
  return {
    async recognise(_document, { call }) {
      await attempts.shift()?.(call);
      return { pages: [{ width: 10, height: 10, rotation: 0, lines: [{ text: 'read' }] }], model: 'm' };
    },
  };
}
const paid = (call: MakeCall) => call(async () => ({ ...page }));

/** What the end of each attempt says that it spent, and what the execution has cost. */
async function spending(id: number) {
  const events = await Array.fromAsync(
    readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }),
  );
  const ends = events.filter(({ type }) => type !== 'ExecutionStarted');
  return {
    ends: ends.map(({ type, data }) => [type, 'cost' in data ? data.cost?.amount : undefined]),
    total: events.reduce(evolveExecution, requestedExecution).spent,
  };
}

describe('what an attempt spent is in the event that ends it', () => {
  it('if it failed, was tried again, and was well: the pages before the fault, and the call that failed', async () => {
    const fails = async (call: MakeCall) => {
      await paid(call);
      await call(() => Promise.reject(cutAnswer));
    };
    await harness.start({ engine: scripted(fails, paid) });
    const id = await harness.request('apple');
    await harness.final(id);
    expect(await spending(id)).toEqual({
      ends: [
        ['ExecutionRetryScheduled', '0.03'],
        ['ExecutionCompleted', '0.01'],
      ],
      total: { usage: { pages: 3 }, cost: usd('0.04') },
    });
  });

  it('if its document can never be read', async () => {
    const refused = new ProviderError('content_refused', 'No', undefined, { spent: page });
    await harness.start({ engine: scripted(() => Promise.reject(refused)) });
    const id = await harness.request('apple');
    await harness.final(id);
    expect(await spending(id)).toEqual({ ends: [['ExecutionFailed', '0.01']], total: page });
  });

  it('if it used up its time, though the engine never came back', async () => {
    const hangs = async (call: MakeCall) => {
      await paid(call);
      await sleep(600_000, undefined, { ref: false });
    };
    await harness.start({ engine: scripted(hangs, paid), timeoutMs: 300 });
    const id = await harness.request('apple');
    await harness.final(id);
    expect((await spending(id)).ends).toEqual([
      ['ExecutionRetryScheduled', '0.01'],
      ['ExecutionCompleted', '0.01'],
    ]);
  });

  it('and it is known of a job that was deleted', async () => {
    await harness.start({ engine: scripted(paid) });
    const id = await harness.request('apple');
    await harness.final(id);
    await harness.deleteJob(id);
    expect(await spending(id)).toMatchObject({ total: page });
    expect((await spending(id)).ends.at(-1)).toEqual(['ExecutionErased', '0.01']);
  });
});

describe('a document that may cost so much at most', () => {
  it('is tried no more once it has, and says what was wrong with it', async () => {
    const fails = (call: MakeCall) => call(() => Promise.reject(cutAnswer));
    const engine = scripted(...Array.from({ length: 9 }, () => fails));
    await harness.start({ engine, maxCost: usd('0.05') }, { retry: { maxAttempts: 9, firstDelayMs: 1 } });
    const id = await harness.request('apple');
    expect(execution(await harness.final(id))).toMatchObject({
      status: 'failed',
      error: {
        code: 'internal_error',
        message: expect.stringMatching(/^The answer was cut\. .* cost as much/),
      },
    });
    const { ends, total } = await spending(id);
    expect([ends.length, total.cost]).toEqual([3, usd('0.06')]);
  });

  it('has no further call made for it within an attempt', async () => {
    let calls = 0;
    const many = async (call: MakeCall) => {
      for (; calls < 9; ) {
        calls++;
        await paid(call);
      }
    };
    await harness.start({ engine: scripted(many), maxCost: usd('0.03') });
    const id = await harness.request('apple');
    expect(execution(await harness.final(id))).toMatchObject({
      status: 'failed',
      error: {
        code: 'document_too_large',
        message: expect.stringContaining('one document may cost 0.03 USD at most'),
      },
    });
    // The fourth is refused.
    expect(calls).toBe(4);
  });
});
