import { setTimeout as sleep } from 'node:timers/promises';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderError } from './provider-error.ts';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
/** What is wrong with the provider, and how often it was called. */
let down: ProviderError['code'] | 'hangs' | null;
let calls: number;
beforeEach(async () => {
  harness = await openHarness();
  down = null;
  calls = 0;
});
afterEach(() => harness.close());

const engine = () =>
  wordsEngine(async (word, _call, signal) => {
    calls++;
    if (down === 'hangs') await sleep(600_000, undefined, { signal });
    else if (down) throw fault(down);
    return word;
  });
const quick = { circuit: { failures: 3, firstProbeMs: 50, maxProbeMs: 200 } };
const paused = () => harness.announced(({ state }) => state === 'paused');
const statusOf = async (id: number) => execution(await harness.final(id)).status;

describe('a provider that was down', () => {
  it('is probed by the next document, whenever that comes, though nothing is at hand', async () => {
    down = 'provider_unavailable';
    await harness.start({ engine: engine() }, quick);
    const id = await harness.request('apple');
    expect(await paused()).toMatchObject({ reason: 'it is provider_unavailable' });
    await harness.deleteJob(id);
    // Longer than the longest wait between two probes, so that the one at hand was seen to be gone.
    await sleep(1_000);
    down = null;
    const before = calls;
    expect(await statusOf(await harness.request('pear'))).toBe('completed');
    expect(calls - before).toBe(1);
  });

  it('closes by a cheap call of its own, without a document', async () => {
    let probes = 0;
    const probe = async () => {
      probes++;
      if (down && down !== 'hangs') throw fault(down);
    };
    await harness.start({ engine: { ...engine(), probe } }, quick);
    await harness.announced(({ state }) => state === 'ready');
    down = 'provider_unavailable';
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(probes).toBeGreaterThan(2), 10_000);
    await harness.deleteJob(id);
    await sleep(500);
    const before = calls;
    const back = harness.announced(({ state }) => state === 'ready', 'end');
    down = null;
    expect(await back).not.toHaveProperty('reason');
    expect(calls).toBe(before);
  });

  it.each(['provider_unavailable', 'rate_limited', 'credentials_rejected', 'credit_exhausted'] as const)(
    'costs no document an attempt, however often it answers %s',
    async (code) => {
      down = code;
      await harness.start(
        { engine: engine() },
        { ...quick, retry: { maxAttempts: 2, firstDelayMs: 1, maxDelayMs: 1 } },
      );
      const ids = await Promise.all(['a', 'b', 'c', 'd'].map((word) => harness.request(word)));
      await vi.waitFor(() => expect(calls).toBeGreaterThan(9), 20_000);
      down = null;
      for (const id of ids) expect(await statusOf(id)).toBe('completed');
    },
  );

  it('waits for no more documents than one while it is probed', async () => {
    down = 'provider_unavailable';
    await harness.start({ engine: engine(), concurrency: 4 }, quick);
    const ids = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((word) => harness.request(word)));
    await paused();
    // Those that had begun before it opened.
    await sleep(500);
    down = 'hangs';
    const before = calls;
    await sleep(1_500);
    expect(calls - before).toBeLessThanOrEqual(1);
    expect(ids).toHaveLength(6);
  });
});

describe('a provider that hangs', () => {
  it('is taken for one that is down, and fails no document', async () => {
    down = 'hangs';
    // A second attempt comes after all first ones, as it does with the time limits of real providers.
    const retry = { firstDelayMs: 6_000, maxDelayMs: 6_000 };
    await harness.start({ engine: engine(), concurrency: 4, timeoutMs: 300 }, { ...quick, retry });
    const ids: number[] = [];
    for (let n = 0; n < 12; n++) ids.push(await harness.request(`doc ${n}`));
    await paused();
    await sleep(2_000);
    down = null;
    for (const id of ids)
      expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', error: null });
  });
});

describe('a provider that hangs and can be asked', () => {
  it('fails no document, though there is but one', async () => {
    down = 'hangs';
    const probe = async (signal: AbortSignal) => {
      signal.throwIfAborted();
      if (down && calls > 0) throw fault('provider_unavailable');
    };
    await harness.start({ engine: { ...engine(), probe }, timeoutMs: 300 }, quick);
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(calls).toBe(1), 10_000);
    await sleep(1_500);
    down = null;
    expect(await statusOf(id)).toBe('completed');
    expect((await harness.events(id)).filter((type) => type === 'ExecutionStarted')).toHaveLength(2);
  });
});

describe('a worker', () => {
  it('is known by a random id, and not by its host or process', async () => {
    await harness.start({ engine: engine() });
    await harness.start({ engine: engine() });
    const workers = new Set<string>();
    for (let n = 0; n < 20 && workers.size < 2; n++) {
      const id = await harness.request(`doc ${n}`, `doc ${n}`, `doc ${n}`);
      await harness.final(id);
      const key = { jobId: id, executionId: 1 };
      for await (const event of readExecutionEvents(harness.eventStore, key))
        if (event.type === 'ExecutionStarted') workers.add(event.data.worker);
    }
    expect(workers.size).toBe(2);
    for (const worker of workers) expect(worker).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
