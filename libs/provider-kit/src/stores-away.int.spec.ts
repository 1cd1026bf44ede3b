import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { type ObjectStore, ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
/** What the stores refuse for now. */
let refused: 'puts' | 'gets' | 'appends' | null;
let calls: number;
beforeEach(async () => {
  harness = await openHarness();
  refused = null;
  calls = 0;
});
afterEach(async () => {
  refused = null;
  await harness.close();
});

/** The store with one method that may refuse. */
function refusing<S extends object>(store: S, method: keyof S, what: typeof refused, error: () => Error): S {
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        if (name === method && refused === what) return Promise.reject(error());
        return value.apply(target, args);
      };
    },
  });
}
const full = () => new ObjectStoreUnavailableError('The object store fails with XMinioStorageFull');
const writable = () => refusing<ObjectStore>(harness.objects, 'put', 'puts', full);
const readable = (error: () => Error) => refusing<ObjectStore>(harness.objects, 'get', 'gets', error);
const appendable = () =>
  refusing<EventStore>(harness.eventStore, 'append', 'appends', () => new EventStoreUnavailableError('Busy'));
const engine = (refuse: typeof refused = null) =>
  wordsEngine(async (word) => {
    calls++;
    refused ??= refuse;
    return word;
  });
const starts = async (id: number) =>
  (await harness.events(id)).filter((type) => type === 'ExecutionStarted').length;

describe('a result that no store takes', () => {
  it('is kept while the object store is full, and stored once there is room, for one call of the engine', async () => {
    refused = 'puts';
    await harness.start({ engine: engine() }, { objects: writable() });
    const id = await harness.request('apple');
    await sleep(6_000);
    expect(execution(await harness.until(id, () => true)).status).toBe('running');
    refused = null;
    expect((await harness.final(id)).status).toBe('completed');
    expect([calls, await starts(id)]).toEqual([1, 1]);
  });

  it('is kept while the event store is busy', async () => {
    await harness.start({ engine: engine('appends') }, { eventStore: appendable() });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(refused).toBe('appends'), 10_000);
    await sleep(3_000);
    refused = null;
    expect((await harness.final(id)).status).toBe('completed');
    expect(await starts(id)).toBe(1);
  });

  it('keeps more documents from being read than there is room for', async () => {
    refused = 'puts';
    await harness.start({ engine: engine(), concurrency: 1 }, { objects: writable() });
    const ids = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((word) => harness.request(word)),
    );
    await vi.waitFor(() => expect(calls).toBe(2), 10_000);
    await sleep(1_500);
    expect(calls).toBe(2);
    refused = null;
    for (const id of ids) expect((await harness.final(id)).status).toBe('completed');
    expect(calls).toBe(8);
  });

  it('hands its document over when the service stops, which counts no attempt', async () => {
    refused = 'puts';
    const provider = await harness.start({ engine: engine() }, { objects: writable() });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(calls).toBe(1), 10_000);
    await sleep(300);
    const before = performance.now();
    await provider.close();
    expect(performance.now() - before).toBeLessThan(8_000);
    expect((await harness.events(id)).at(-1)).toBe('ExecutionReleased');
    refused = null;
    await harness.start({ engine: engine() }, { retry: { maxAttempts: 1, maxLost: 1 } });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
  });
});

describe('a document that the object store does not send', () => {
  it.each([
    ['does not answer', () => new ObjectStoreUnavailableError('It does not answer')],
    ['is slow', () => new DOMException('The operation was aborted due to timeout', 'TimeoutError')],
  ])('waits while that %s, and no attempt is counted', async (_, error) => {
    refused = 'gets';
    const gets = vi.fn(error);
    await harness.start({ engine: engine() }, { objects: readable(gets) });
    const id = await harness.request('apple');
    // More often than a delivery may fail of itself.
    await vi.waitFor(() => expect(gets.mock.calls.length).toBeGreaterThan(3), 20_000);
    refused = null;
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await harness.deadLetters()).toEqual([]);
  });
});
