import { requestsTopic } from '@inkstream/contracts';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

/** An engine that says when it has begun, and reads once it is told to. */
function gated() {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const engine = wordsEngine(async (word) => {
    begun.resolve();
    await goOn.promise;
    return word;
  });
  return { engine, begun: begun.promise, goOn: goOn.resolve };
}

describe('a worker that stops in the middle of a document', () => {
  it('releases the attempt, which counts neither as lost nor as made', async () => {
    const { engine, begun } = gated();
    const provider = await harness.start({ engine, timeoutMs: 60_000 });
    const id = await harness.request('apple');
    await begun;
    await provider.close();
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionReleased']);
    const failingOnce = wordsEngine(async (word, call) => {
      if (call === 1) throw fault('internal_error');
      return word;
    });
    const retry = { maxLost: 1, maxAttempts: 2, firstDelayMs: 1, maxDelayMs: 1 };
    await harness.start({ engine: failingOnce }, { retry });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 3 });
  });

  it('stops in time though the event store does not take that, and the attempt counts as lost', async () => {
    const { engine, begun } = gated();
    let away = false;
    const append: EventStore['append'] = (...args) =>
      away ? new Promise(() => {}) : harness.eventStore.append(...args);
    const eventStore = new Proxy(harness.eventStore, {
      get: (target, name) => (name === 'append' ? append : Reflect.get(target, name).bind(target)),
    });
    const provider = await harness.start({ engine, timeoutMs: 60_000 }, { eventStore });
    const id = await harness.request('apple');
    await begun;
    away = true;
    const before = performance.now();
    await provider.close();
    // The bus waits for 10 s, and for 2 s more for what is handed back.
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(await harness.events(id)).toEqual(['ExecutionStarted']);
    await harness.start({ engine: wordsEngine(async (word) => word) });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
  });
});

describe('a worker that comes late', () => {
  const put = (id: number, name: string) =>
    harness.objects.put(harness.objectOf(id, name), new TextEncoder().encode('{}'));
  const settled = () =>
    vi.waitFor(async () => expect(await harness.bus.lag(requestsTopic('fake'), 'ocr-fake')).toBe(0), 10_000);

  it.each(['deleteJob', 'deleteFile', 'cancel'] as const)(
    'removes what it stored after a %s',
    async (how) => {
      const { engine, begun, goOn } = gated();
      await harness.start({ engine });
      const id = await harness.request('apple');
      await begun;
      if (how === 'cancel') await harness.act(id, { type: 'CancelExecution', reason: 'asked' });
      else await harness[how](id);
      goOn();
      await settled();
      expect(await harness.results(id)).toEqual([]);
      expect((await harness.events(id)).at(-1)).toBe('ExecutionCancelled');
    },
  );

  it('removes what it stored, and nothing else, after another one has completed the execution', async () => {
    const { engine, begun, goOn } = gated();
    await harness.start({ engine });
    const id = await harness.request('apple');
    await begun;
    await put(id, 'result-2.json');
    await put(id, 'raw-2.json');
    await harness.act(id, { type: 'StartExecution', attempt: 2, worker: 'other' });
    const resultKey = harness.objectOf(id, 'result-2.json');
    const facts = { resultBytes: 2, resultSha256: '0'.repeat(64), pages: 1, model: 'm', durationMs: 1 };
    await harness.act(id, { type: 'CompleteExecution', attempt: 2, resultKey, ...facts });
    goOn();
    await settled();
    expect(await harness.results(id)).toEqual([harness.objectOf(id, 'raw-2.json'), resultKey]);
  });

  it('keeps its result if it was the one that completed the execution, though the answer to that was lost', async () => {
    const { engine, begun, goOn } = gated();
    let lost = 0;
    const append: EventStore['append'] = async (stream, events, options) => {
      const appended = await harness.eventStore.append(stream, events, options);
      if (events[0]?.type === 'ExecutionCompleted' && lost++ === 0)
        throw new EventStoreUnavailableError('The answer is lost');
      return appended;
    };
    const eventStore = new Proxy(harness.eventStore, {
      get: (target, name) => (name === 'append' ? append : Reflect.get(target, name).bind(target)),
    });
    await harness.start({ engine }, { eventStore });
    const id = await harness.request('apple');
    await begun;
    // So that its completion meets a conflict first, and is written at another revision than it knew.
    await harness.act(id, { type: 'StartExecution', attempt: 2, worker: 'other' });
    goOn();
    expect(execution(await harness.final(id)).result?.resultKey).toBe(harness.objectOf(id, 'result-1.json'));
    await settled();
    expect(lost).toBe(1);
    expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-1.json')]);
  });
});
