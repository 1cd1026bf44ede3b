import { randomUUID } from 'node:crypto';
import type { EventStoreDbDouble, Fault } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { event, events, follow, idsOf, toArray } from '../contract/subject.ts';
import type { EventStore } from '../event-store.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

const LIMIT_MS = 500;
const unavailable = { name: 'EventStoreUnavailableError', transient: true };

/** A real server does not fail on demand: these need the wire double, whatever EVENTSTORE_URL says. */
describe.each([
  { mode: 'batch', batchAppend: true },
  { mode: 'classic', batchAppend: false },
])('faults of EventStoreDB, on the wire double with $mode appends', ({ batchAppend }) => {
  let double: EventStoreDbDouble;
  let store: EventStore;
  let warnings: string[];
  const stream = `faults-${randomUUID()}`;
  const open = (url: string) => {
    const log = { warn: (_: object, message: string) => void warnings.push(message) };
    return openEventStoreDb({ url, limitMs: LIMIT_MS, log });
  };
  beforeEach(async () => {
    warnings = [];
    double = await startDouble({ batchAppend });
    store = await open(double.url);
  });
  afterEach(async () => {
    double.lift();
    await store.close();
    await double.close();
  });
  const append = (some = [event()]) => store.append(stream, some, { expected: 'any' });
  const read = async () => idsOf(await toArray(store.read(stream)));

  it('gives up an append that nobody answers, and appends again afterwards (pitfall 1)', async () => {
    await append();
    double.inject({ kind: 'hang' });
    const begun = performance.now();
    const hanging = await Promise.allSettled(Array.from({ length: 40 }, () => append()));
    for (const result of hanging) expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(performance.now() - begun).toBeLessThan(4 * LIMIT_MS);
    double.lift();
    const one = event();
    await append([one]);
    expect((await read()).at(-1)).toBe(one.id);
  });

  it('gives up reads, pings and truncations that nobody answers (pitfall 1)', async () => {
    await append(events(2));
    double.inject({ kind: 'hang', of: 'reads' });
    await expect(read()).rejects.toMatchObject(unavailable);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.ping(AbortSignal.timeout(20))).rejects.toMatchObject(unavailable);
    await expect(store.truncate(stream, 1)).rejects.toMatchObject(unavailable);
    double.lift();
    double.inject({ kind: 'hang' });
    await expect(store.truncate(stream, 1)).rejects.toMatchObject(unavailable);
    await expect(store.truncate(stream, 2)).rejects.toMatchObject(unavailable);
    double.lift();
    await store.truncate(stream, 2);
    expect(await read()).toEqual([]);
  });

  it('subscribes anew where the server is silent before it is live (pitfall 1)', async () => {
    const one = event();
    await append([one]);
    double.inject({ kind: 'hang', of: 'reads', calls: 1 });
    const follower = follow(store, { streamPrefix: stream });
    expect(await follower.ids(1)).toEqual([one.id]);
    expect(warnings).toHaveLength(1);
    await follower.stop();
  });

  it('tells of a wrong expectation while other appends hang, and loses none of those that are answered', async () => {
    await append();
    double.inject({ kind: 'hang', calls: 1 });
    const hanging = append();
    const refused = store.append(stream, [event()], { expected: 'no_stream' });
    await expect(refused).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 0 });
    const answered = Promise.all(Array.from({ length: 5 }, () => append()));
    await expect(hanging).rejects.toMatchObject(unavailable);
    await answered;
    expect(await read()).toHaveLength(6);
  });

  it('stores once what was applied before its connection broke and is repeated (pitfall 3)', async () => {
    const some = events(2);
    await store.append(stream, [event()], { expected: 'no_stream' });
    for (const kind of ['apply-then-drop', 'apply-then-hang'] as const) {
      const id = `${stream}-${kind}`;
      double.inject({ kind, calls: 1 });
      const first = store.append(id, some, { expected: 'no_stream' });
      await expect(first).rejects.toMatchObject(unavailable);
      expect((await store.append(id, some, { expected: 'no_stream' })).revision).toBe(1);
      expect(idsOf(await toArray(store.read(id)))).toEqual(idsOf(some));
    }
  });

  const transient: Fault[] = [
    { kind: 'busy' },
    { kind: 'timeout' },
    { kind: 'not-leader' },
    { kind: 'access-denied' },
  ];
  it.each(transient)('is unavailable for the time of: $kind', async ({ kind }) => {
    await append();
    for (const of of ['writes', 'reads'] as const) {
      double.inject({ kind, of, calls: 2 });
      const call = of === 'writes' ? append : () => store.ping();
      await expect(call()).rejects.toMatchObject(unavailable);
      await expect(call()).rejects.toMatchObject(unavailable);
      await call();
    }
  });

  it('waits for a slow server, and keeps the order', async () => {
    double.inject({ kind: 'slow', delayMs: 50, calls: 5 });
    const some = events(20);
    await Promise.all(some.map((one) => append([one])));
    expect((await read()).toSorted()).toEqual(idsOf(some).toSorted());
  });

  it('ends its subscriptions and refuses calls once it is closed, though the server hangs', async () => {
    double.inject({ kind: 'hang' });
    double.inject({ kind: 'hang', of: 'reads' });
    const follower = follow(store, { streamPrefix: stream });
    const hanging = expect(append()).rejects.toMatchObject(unavailable);
    await store.close();
    await hanging;
    await follower.stop();
  });
});
