import { setTimeout as sleep } from 'node:timers/promises';
import { requestsGroup, requestsTopic, toMessage } from '@inkstream/contracts';
import { executionStream, jobStream, type Priority } from '@inkstream/domain';
import { forgetExecutions, lastEventOfJob, readJobEvents } from '@inkstream/job-store';
import type { ConsumeOptions, MessageBus } from '@inkstream/message-bus';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

/** The bus, whose consumers are made with other options. */
const consuming = (change: (options: ConsumeOptions) => Partial<ConsumeOptions>): MessageBus =>
  new Proxy(harness.bus, {
    get: (target, name) =>
      name === 'consume'
        ? (options: ConsumeOptions) => target.consume({ ...options, ...change(options) })
        : Reflect.get(target, name).bind(target),
  });

/** The bus, which notes the topic of each delivery. */
function noting(topics: string[]): MessageBus {
  return consuming(({ handler }) => ({
    handler: (delivery, signal) => {
      topics.push(delivery.topic);
      return handler(delivery, signal);
    },
  }));
}
const lag = (priority?: Priority) =>
  harness.bus.lag(requestsTopic('fake', priority), requestsGroup('fake', priority));

describe('a request that comes as two messages', () => {
  it('is in work once, though both are in hand', async () => {
    const topics: string[] = [];
    const goOn = Promise.withResolvers<void>();
    const act = vi.fn(async (word: string) => {
      if (word === 'apple') await goOn.promise;
      return word;
    });
    await harness.start({ engine: wordsEngine(act) }, { bus: noting(topics) });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(act).toHaveBeenCalledOnce(), 10_000);
    const [, requested] = await Array.fromAsync(readJobEvents(harness.eventStore, id));
    // Of one key one message at a time would be in hand.
    await harness.bus.publish(requestsTopic('fake'), [{ ...toMessage(requested!, 'copy'), key: 'copy' }]);
    await vi.waitFor(() => expect(topics).toHaveLength(2), 10_000);
    await harness.final(await harness.request('pear'));
    goOn.resolve();
    expect((await harness.final(id)).status).toBe('completed');
    await vi.waitFor(async () => expect(await lag()).toBe(0));
    expect(act.mock.calls.map(([word]) => word)).toEqual(['apple', 'pear']);
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
  });
});

describe('bulk work', () => {
  it('is taken from a topic of its own, and gives way to interactive work', async () => {
    const topics: string[] = [];
    const first = Promise.withResolvers<void>();
    const read: string[] = [];
    const engine = wordsEngine(async (word) => {
      if (word === 'first') await first.promise;
      read.push(word);
      return word;
    });
    await harness.start({ engine, concurrency: 1 }, { bus: noting(topics) });
    await harness.request('first');
    const bulk = await harness.requestAs('bulk', 'b1', 'b2', 'b3', 'b4');
    await vi.waitFor(() => expect(topics).toHaveLength(5), 10_000);
    const interactive = await harness.request('i1', 'i2', 'i3', 'i4');
    await vi.waitFor(() => expect(topics).toHaveLength(9), 10_000);
    first.resolve();
    for (const id of [bulk, interactive]) expect((await harness.final(id)).status).toBe('completed');
    expect(topics.filter((topic) => topic === requestsTopic('fake', 'bulk'))).toHaveLength(4);
    // Not all of it: a tenth of the turns is bulk's.
    expect(read.slice(0, 6).filter((word) => word.startsWith('i'))).toHaveLength(4);
    await vi.waitFor(async () => expect(await lag('bulk')).toBe(0));
  });

  it('waits as interactive work does while the provider is down', async () => {
    const topics: string[] = [];
    const engine = wordsEngine(() => Promise.reject(fault('credentials_rejected')));
    const circuit = { firstProbeMs: 60_000, maxProbeMs: 60_000 };
    await harness.start({ engine }, { bus: noting(topics), circuit });
    await harness.request('apple');
    await harness.announced(({ state }) => state === 'unavailable');
    await harness.requestAs('bulk', 'pear');
    await harness.request('plum');
    await sleep(1_000);
    expect(topics).toEqual([requestsTopic('fake')]);
  });
});

describe('a request', () => {
  it('that waits long for its next attempt takes no place from others', async () => {
    const engine = wordsEngine(async (word, call) => {
      if (word === 'later' && call === 1) throw fault('internal_error');
      return word;
    });
    // Half of the delay is random.
    const retry = { firstDelayMs: 13_000, maxDelayMs: 13_000 };
    const one = { bus: consuming(() => ({ concurrency: 1 })), random: () => 0, retry };
    await harness.start({ engine }, one);
    const startedAt = performance.now();
    const later = await harness.request('later');
    await harness.until(later, (view) => execution(view).error !== null);
    expect((await harness.final(await harness.request('now'))).status).toBe('completed');
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(execution(await harness.until(later, () => true)).status).toBe('pending');
    expect(execution(await harness.final(later))).toMatchObject({ status: 'completed', attempt: 2 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(6_500);
    expect(await harness.events(later)).toEqual([
      'ExecutionStarted',
      'ExecutionRetryScheduled',
      'ExecutionStarted',
      'ExecutionCompleted',
    ]);
  });

  it('of a job that was deleted, its events too, is dropped with what a dead worker stored for it', async () => {
    const id = await harness.request('apple');
    await harness.objects.put(harness.objectOf(id, 'result-1.json'), new TextEncoder().encode('{}'));
    await harness.deleteJob(id);
    await forgetExecutions(harness.eventStore, id, new Map([[1, 0]]));
    const last = await lastEventOfJob(harness.eventStore, id);
    await harness.eventStore.truncate(jobStream(id), typeof last === 'object' ? last.revision : 0);
    await harness.start({ engine: wordsEngine(async (word) => word) });
    await vi.waitFor(async () => expect(await lag()).toBe(0), 10_000);
    expect(await harness.results(id)).toEqual([]);
    expect(await harness.deadLetters()).toEqual([]);
    expect(await harness.events(id)).toEqual(['ExecutionCancelled']);
  });

  it('whose execution a later release wrote to waits for an upgrade, and no other does', async () => {
    const id = await harness.request('apple');
    const later = { id: '01890000-0000-7000-8000-000000000001', type: 'PageRead', data: {} };
    const stream = executionStream({ jobId: id, executionId: 1 });
    const metadata = { schemaVersion: 1, uid: harness.uidOf(id) };
    await harness.eventStore.append(stream, [{ ...later, metadata }], { expected: 'no_stream' });
    await harness.start({ engine: wordsEngine(async (word) => word) });
    await vi.waitFor(() => expect(harness.bus.status().laterRelease).toMatchObject([{ waiting: 1 }]), 10_000);
    expect((await harness.final(await harness.request('pear'))).status).toBe('completed');
    expect(await harness.deadLetters()).toEqual([]);
  });

  it('that a later release wrote waits for an upgrade', async () => {
    const id = await harness.submit('apple');
    await harness.start({ engine: wordsEngine(async (word) => word) });
    for await (const event of readJobEvents(harness.eventStore, id)) {
      if (event.type !== 'ExecutionRequested') continue;
      const message = toMessage({ ...event, schemaVersion: 99 }, `${id}/1`);
      await harness.bus.publish(requestsTopic('fake'), [{ ...message, key: `${id}/1` }]);
    }
    await vi.waitFor(() => expect(harness.bus.status().laterRelease).toMatchObject([{ waiting: 1 }]), 10_000);
    expect(await harness.deadLetters()).toEqual([]);
  });
});
