import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStoreDbDouble, Fault } from '@inkstream/testing/eventstoredb-double';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { event, events, follow, idsOf, toArray } from '../contract/subject.ts';
import type { EventStore } from '../event-store.ts';
import { HEARTBEAT_STREAM } from './heartbeat.ts';
import { openEventStoreDb } from './index.ts';
import { startDouble } from './spec-support/double.ts';

const LIMIT_MS = 400;
const unavailable = { name: 'EventStoreUnavailableError', transient: true };

/** Retries what is unavailable, for 20 s at most: on a busy machine a healthy server may take longer than the limit. */
async function stubbornly<T>(call: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      expect(error).toMatchObject(unavailable);
      if (performance.now() > giveUpAt) throw error;
      await sleep(20);
    }
  }
}

/** A real server does not fail on demand: these tests need the wire double, whatever EVENTSTORE_URL says. */
describe.each([
  { mode: 'batch', batchAppend: true },
  { mode: 'classic', batchAppend: false },
])('faults of EventStoreDB, on the wire double with $mode appends', ({ batchAppend }) => {
  let double: EventStoreDbDouble;
  let store: EventStore;
  let hasty: EventStore;
  let warnings: string[];
  const stream = `faults-${randomUUID()}`;
  beforeEach(async () => {
    warnings = [];
    double = await startDouble({ batchAppend });
    const log = { warn: (_: object, message: string) => void warnings.push(message) };
    hasty = await openEventStoreDb({ url: double.url, limitMs: LIMIT_MS, log });
    store = await openEventStoreDb({ url: double.url });
  });
  afterEach(async () => {
    double.lift();
    await Promise.all([store.close(), hasty.close()]);
    await double.close();
  });
  const append = (some = [event()], to = store) => to.append(stream, some, { expected: 'any' });
  const read = async (from = store) => idsOf(await toArray(from.read(stream)));

  it('gives up appends that nobody answers, and appends again afterwards (pitfall 1)', async () => {
    await stubbornly(() => append([event()], hasty));
    double.inject({ kind: 'hang' });
    const hanging = await Promise.allSettled(Array.from({ length: 40 }, () => append([event()], hasty)));
    for (const result of hanging) expect(result).toMatchObject({ status: 'rejected', reason: unavailable });
    double.lift();
    const one = event();
    await stubbornly(() => append([one], hasty));
    expect((await read()).at(-1)).toBe(one.id);
  });

  it('gives up reads, pings and truncations that nobody answers (pitfall 1)', async () => {
    await append(events(2));
    double.inject({ kind: 'hang', of: 'reads' });
    await expect(read(hasty)).rejects.toMatchObject(unavailable);
    await expect(hasty.truncate(stream, 1)).rejects.toMatchObject(unavailable);
    double.lift();
    double.inject({ kind: 'hang' });
    await expect(hasty.ping()).rejects.toMatchObject(unavailable);
    await expect(store.ping(AbortSignal.timeout(20))).rejects.toMatchObject(unavailable);
    await expect(hasty.truncate(stream, 1)).rejects.toMatchObject(unavailable);
    await expect(hasty.truncate(stream, 2)).rejects.toMatchObject(unavailable);
    double.lift();
    await stubbornly(() => hasty.truncate(stream, 2));
    expect(await read()).toEqual([]);
  });

  it('subscribes again if the server is silent before it is live (pitfall 1)', async () => {
    const one = event();
    await append([one]);
    double.inject({ kind: 'hang', of: 'reads', calls: 1 });
    const follower = follow(hasty, { streamPrefix: stream });
    expect(await follower.ids(1)).toEqual([one.id]);
    expect(warnings.length).toBeGreaterThan(0);
    await follower.stop();
  });

  it('reports a wrong expectation while other appends hang, and loses none of those that are answered', async () => {
    const busy = await openEventStoreDb({ url: double.url, limitMs: 5 * LIMIT_MS });
    onTestFinished(() => busy.close());
    await append([event()], busy);
    double.inject({ kind: 'hang', calls: 1 });
    const hanging = expect(append([event()], busy)).rejects.toMatchObject(unavailable);
    const refused = busy.append(stream, [event()], { expected: 'no_stream' });
    await expect(refused).rejects.toMatchObject({ name: 'ConcurrencyError', actual: 0 });
    await Promise.all([hanging, ...Array.from({ length: 5 }, () => append([event()], busy))]);
    expect(await read()).toHaveLength(6);
  });

  it('stores once what was applied before its connection broke and is repeated (pitfall 3)', async () => {
    const some = events(2);
    await store.append(stream, [event()], { expected: 'no_stream' });
    for (const kind of ['apply-then-drop', 'apply-then-hang'] as const) {
      const id = `${stream}-${kind}`;
      double.inject({ kind, calls: 1 });
      const attempt = () => hasty.append(id, some, { expected: 'no_stream' });
      await expect(attempt()).rejects.toMatchObject(unavailable);
      expect((await stubbornly(attempt)).revision).toBe(1);
      expect(idsOf(await toArray(store.read(id)))).toEqual(idsOf(some));
    }
  });

  const transient: Fault[] = [{ kind: 'busy' }, { kind: 'not-leader' }, { kind: 'access-denied' }];
  it.each(transient)('is unavailable for the duration of: $kind', async ({ kind }) => {
    await append();
    for (const call of [append, () => store.ping()]) {
      double.inject({ kind, calls: 2 });
      await expect(call()).rejects.toMatchObject(unavailable);
      await expect(call()).rejects.toMatchObject(unavailable);
      await call();
    }
    double.inject({ kind, of: 'reads' });
    await expect(read()).rejects.toMatchObject(unavailable);
    double.lift();
    await read();
  });

  it('follows to another leader while it reads', async () => {
    const one = event();
    await append([one]);
    double.inject({ kind: 'not-leader', of: 'reads', calls: 3 });
    expect(await read()).toEqual([one.id]);
  });

  it('repeats an append that timed out at the server, beside others on the same connection', async () => {
    await append();
    double.inject({ kind: 'timeout', calls: 3 });
    const some = events(20);
    await Promise.all(some.map((one) => append([one])));
    expect((await read()).slice(1).toSorted()).toEqual(idsOf(some).toSorted());
    double.inject({ kind: 'timeout' });
    await expect(append([event()], hasty)).rejects.toMatchObject(unavailable);
  });

  it('repeats an append whose first attempt is not committed yet, and closes no connection that others use', async () => {
    await append();
    double.inject({ kind: 'slow-commit', delayMs: 4_000, calls: 1 });
    const one = event();
    const twice = () => store.append(`${stream}-twice`, [one], { expected: 'no_stream' });
    const attempts = [twice(), twice()];
    const others = Array.from({ length: 10 }, () => append());
    expect(await Promise.all(attempts)).toMatchObject([{ revision: 0 }, { revision: 0 }]);
    await Promise.all(others);
    expect(idsOf(await toArray(store.read(`${stream}-twice`)))).toEqual([one.id]);
    expect(await read()).toHaveLength(11);
  });

  it('finds out by a ping whether an append would succeed, with a single one for all who ask', async () => {
    const ask = () => Promise.allSettled(Array.from({ length: 20 }, () => store.ping()));
    double.inject({ kind: 'busy' });
    expect(await read()).toEqual([]);
    for (const one of await ask()) expect(one).toMatchObject({ status: 'rejected', reason: unavailable });
    double.lift();
    for (const one of [...(await ask()), ...(await ask())])
      expect(one).toMatchObject({ status: 'fulfilled' });
    const beats = await toArray(store.read(HEARTBEAT_STREAM));
    expect(beats.map(({ revision }) => revision)).toEqual([0]);
  });

  it('waits for a slow server, and loses nothing', async () => {
    double.inject({ kind: 'slow', delayMs: 50, calls: 5 });
    const some = events(20);
    await Promise.all(some.map((one) => append([one])));
    expect((await read()).toSorted()).toEqual(idsOf(some).toSorted());
  });

  it('ends its subscriptions and refuses calls once it is closed, though the server hangs', async () => {
    double.inject({ kind: 'hang' });
    double.inject({ kind: 'hang', of: 'reads' });
    const follower = follow(hasty, { streamPrefix: stream });
    const hanging = expect(append([event()], hasty)).rejects.toMatchObject(unavailable);
    await hasty.close();
    await hanging;
    await follower.stop();
  });
});
