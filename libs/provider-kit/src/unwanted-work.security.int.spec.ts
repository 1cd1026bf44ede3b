import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PulseMemory, pulseMemory } from './spec-support/endless-engine.ts';
import { execution, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

// New threads load slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

/** Whether an engine works, by the number that it counts up. */
function pulseOf(memory: PulseMemory) {
  const pulse = new Int32Array(memory.buffer);
  const beats = async () => {
    const before = Atomics.load(pulse, 0);
    await sleep(100);
    return Atomics.load(pulse, 0) !== before;
  };
  return {
    async begins() {
      await vi.waitFor(async () => expect(await beats()).toBe(true), { timeout: 15_000 });
    },
    /** Resolves with the ms until it has stopped. */
    async stops() {
      const before = performance.now();
      while (await beats()) if (performance.now() - before > 10_000) break;
      return performance.now() - before;
    },
  };
}

async function startEndless(options: { readonly concurrency: number }) {
  const memory = pulseMemory();
  const module = new URL('./spec-support/endless-engine.ts', import.meta.url);
  await harness.start({ engine: { module, options: memory }, timeoutMs: 60_000, ...options });
  return pulseOf(memory);
}

describe.each(['loop', 'wasm', 'await', 'heed'])('work without an end in a thread (%s)', (word) => {
  it.each(['deleteJob', 'deleteFile'] as const)('ends within 2 s of a forced %s', async (deletion) => {
    const pulse = await startEndless({ concurrency: 1 });
    const id = await harness.request(word);
    await pulse.begins();
    await harness[deletion](id);
    expect(await pulse.stops()).toBeLessThan(2_000);
    const after = await harness.events(id);
    // The thread is there for others, or one that replaces it.
    expect((await harness.final(await harness.request('good'))).status).toBe('completed');
    expect(await harness.events(id)).toEqual(after);
    expect(await harness.results(id)).toEqual([]);
  });
});

describe('work that nobody wants any more', () => {
  it('ends without harm to what other threads read', async () => {
    const pulse = await startEndless({ concurrency: 2 });
    const unwanted = await harness.request('loop');
    await pulse.begins();
    const other = await harness.request('pages');
    await harness.until(other, (view) => execution(view).status === 'running');
    await harness.deleteJob(unwanted);
    expect(await pulse.stops()).toBeLessThan(2_000);
    expect(execution(await harness.final(other))).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('that waits for a thread never begins', async () => {
    const pulse = await startEndless({ concurrency: 1 });
    const first = await harness.request('await');
    await pulse.begins();
    const second = await harness.request('await');
    await harness.until(second, (view) => execution(view).status === 'running');
    await harness.deleteJob(second);
    await sleep(1_500);
    await harness.deleteJob(first);
    expect(await pulse.stops()).toBeLessThan(2_000);
    await sleep(300);
    expect(await pulse.stops()).toBeLessThan(200);
  });

  it('ends in this thread too, and a failed look at the job changes nothing', async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    await harness.start({
      concurrency: 1,
      timeoutMs: 60_000,
      engine: wordsEngine((word, _, signal) => {
        if (word === 'good') return Promise.resolve(word);
        begun.resolve(signal);
        return new Promise(() => {});
      }),
    });
    const id = await harness.request('endless');
    const signal = await begun.promise;
    const read = vi.spyOn(harness.eventStore, 'read').mockImplementationOnce(() => {
      throw new Error('away for a moment');
    });
    await vi.waitFor(() => expect(read).toHaveBeenCalled(), 5_000);
    const before = performance.now();
    await harness.deleteJob(id);
    await vi.waitFor(() => expect(signal.aborted).toBe(true), 5_000);
    expect(performance.now() - before).toBeLessThan(2_000);
    expect((await harness.final(await harness.request('good'))).status).toBe('completed');
    expect(await harness.results(id)).toEqual([]);
  });

  it('ends as well once another worker has done it', async () => {
    const pulse = await startEndless({ concurrency: 1 });
    const id = await harness.request('loop');
    await pulse.begins();
    const error = { code: 'corrupt_document', message: 'says the other' } as const;
    await harness.act(id, { type: 'StartExecution', attempt: 2, worker: 'other' });
    await harness.act(id, { type: 'FailExecution', attempt: 2, error });
    expect(await pulse.stops()).toBeLessThan(2_000);
    expect(execution(await harness.final(id))).toMatchObject({ status: 'failed', attempt: 2, error });
  });
});
