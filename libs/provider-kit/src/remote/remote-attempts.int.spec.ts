import { randomUUID } from 'node:crypto';
import { StoreClock } from '@inkstream/event-store';
import { REUSABLE_STREAM_PREFIX, readJobEvents } from '@inkstream/job-store';
import { silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRetryPolicy } from '../retry-policy.ts';
import { execution, type Harness, openHarness } from '../spec-support/harness.ts';
import type { RequestName } from './asked-request.ts';
import { RemoteAttempts } from './remote-attempts.ts';

let harness: Harness;
let attempts: RemoteAttempts;
beforeEach(async () => {
  harness = await openHarness();
  attempts = remote();
});
afterEach(() => harness.close());

const policy = { ...defaultRetryPolicy, firstDelayMs: 10, maxDelayMs: 20 };
/** What a process of its own would have. */
const remote = (objects = harness.objects) =>
  new RemoteAttempts({
    ...{ eventStore: harness.eventStore, objects, policy, random: () => 0.5, log: silentLogger() },
    storeClock: new StoreClock(harness.eventStore),
  });

/** The name of the first request of a job. */
async function named(jobId: number, provider = 'fake'): Promise<RequestName> {
  const events = await Array.fromAsync(readJobEvents(harness.eventStore, jobId));
  const { revision = 0, uid = '' } = events.find(({ type }) => type === 'ExecutionRequested') ?? {};
  return { provider, subject: { kind: 'job', jobId }, uid, revision };
}
async function submitted(...words: string[]) {
  const id = await harness.submit(...words);
  return { id, name: await named(id) };
}

const page = (text: string, pageCount = 1) => ({ pageCount, lines: [{ text }], model: 'words-1' });
const permanent = { code: 'corrupt_document', message: 'Torn' } as const;
const passing = { code: 'internal_error', message: 'Again' } as const;
const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('a worker elsewhere', () => {
  it('reads a document page by page, and its result is as that of a provider of ours', async () => {
    const { id, name } = await submitted('Shop');
    expect(await attempts.begin(name, 'w1')).toEqual({ status: 'running', attempt: 1, pages: [] });
    const document = await attempts.document(name, new AbortController().signal);
    const content = await Array.fromAsync(document?.content ?? []);
    expect(Buffer.concat(content).toString()).toBe('Shop');
    await attempts.page(name, 1, 2, {
      ...page('TOTAL EUR 4.50', 2),
      cost: usd('0.01'),
      raw: { any: 'thing' },
    });
    expect(await attempts.page(name, 1, 1, page('Shop', 2))).toEqual({ status: 'running', attempt: 1 });
    expect(await attempts.complete(name, 1, { cost: usd('0.005') })).toEqual({ status: 'completed' });
    const result = await harness.result(id);
    expect(result).toMatchObject({ text: 'Shop\n\nTOTAL EUR 4.50', receipt: { total: { value: '4.50' } } });
    expect(execution(await harness.final(id)).result).toMatchObject({
      ...{ pages: 2, model: 'words-1', cost: usd('0.015') },
    });
    const kept = (await harness.results(id)).map((key) => key.replace(/.*\/|-\d{3,}/g, ''));
    expect(kept.toSorted()).toEqual(['raw-1.json', 'result-1.json']);
  });

  it('reads for a tenant that reuses results too, and none of its own is reused: nobody knows what they depend on', async () => {
    harness.uploader.reuseHours = 24;
    const { name } = await submitted('x');
    await attempts.begin(name, 'w1');
    await attempts.page(name, 1, 1, page('x'));
    expect(await attempts.complete(name, 1)).toEqual({ status: 'completed' });
    const steps = harness.eventStore.subscribe({
      streamPrefix: REUSABLE_STREAM_PREFIX,
      signal: AbortSignal.timeout(10_000),
    });
    for await (const { event, caughtUp } of steps) {
      expect(event).toBeUndefined();
      if (caughtUp) break;
    }
  });

  it('is answered as before if it repeats a call, whichever it is, and nothing is done twice', async () => {
    const { id, name } = await submitted('x');
    const twice = async <T>(call: () => Promise<T>) => {
      const [first, second] = [await call(), await call()];
      expect(second).toEqual(first);
      return first;
    };
    await twice(() => attempts.begin(name, 'w1'));
    expect(await twice(() => attempts.release(name, 1))).toEqual({ status: 'pending', afterMs: 0 });
    await twice(() => attempts.begin(name, 'w1'));
    const failed = await attempts.fail(name, 2, passing);
    expect(failed).toMatchObject({ status: 'pending' });
    expect(await attempts.fail(name, 2, passing)).toMatchObject({ status: 'pending' });
    await expect.poll(() => attempts.begin(name, 'w1')).toMatchObject({ status: 'running', attempt: 3 });
    await twice(() => attempts.page(name, 3, 1, page('x')));
    expect(await twice(() => attempts.complete(name, 3))).toEqual({ status: 'completed' });
    expect(await attempts.begin(name, 'w1')).toEqual({ status: 'completed' });
    expect(await harness.events(id)).toEqual([
      ...['ExecutionStarted', 'ExecutionReleased', 'ExecutionStarted', 'ExecutionRetryScheduled'],
      ...['ExecutionStarted', 'ExecutionCompleted'],
    ]);
  });

  it('has one attempt and one readable result, though each call comes from several at once', async () => {
    const { id, name } = await submitted('x');
    const atOnce = <T>(call: (of: RemoteAttempts) => Promise<T>) =>
      Promise.all(Array.from({ length: 6 }, () => call(remote())));
    for (const one of await atOnce((of) => of.begin(name, 'w1'))) expect(one).toMatchObject({ attempt: 1 });
    await attempts.page(name, 1, 1, page('x'));
    for (const one of await atOnce((of) => of.complete(name, 1)))
      expect(one).toEqual({ status: 'completed' });
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
    expect((await harness.result(id)).text).toBe('x');
    expect(await harness.results(id)).toHaveLength(1);
  });

  it('has the result that its event names, though another call with other pages stores its own over it', async () => {
    const { id, name } = await submitted('x');
    await attempts.begin(name, 'w1');
    await attempts.page(name, 1, 1, page('early'));
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const put: typeof harness.objects.put = async (key, ...rest) => {
      if (key.includes('result-')) {
        reached.resolve();
        await gate.promise;
      }
      return harness.objects.put(key, ...rest);
    };
    const held = new Proxy(harness.objects, {
      get: (target, member) => (member === 'put' ? put : Reflect.get(target, member).bind(target)),
    });
    const early = remote(held).complete(name, 1);
    await reached.promise;
    await attempts.page(name, 1, 1, page('late'));
    expect(await attempts.complete(name, 1)).toEqual({ status: 'completed' });
    gate.resolve();
    expect(await early).toEqual({ status: 'completed' });
    expect((await harness.result(id)).text).toBe('late');
    expect(await harness.results(id)).toHaveLength(1);
  });

  it('that died is taken over: pages that it read are there, and are paid for once', async () => {
    const { id, name } = await submitted('x');
    await attempts.begin(name, 'w1');
    await attempts.page(name, 1, 1, { ...page('first', 2), cost: usd('0.01') });
    expect(await attempts.begin(name, 'w2')).toEqual({ status: 'running', attempt: 2, pages: [1] });
    await attempts.page(name, 2, 2, { ...page('second', 2), cost: usd('0.01') });
    await attempts.complete(name, 2);
    expect((await harness.result(id)).text).toBe('first\n\nsecond');
    expect(execution(await harness.final(id)).result?.cost).toEqual(usd('0.02'));
  });

  it('that dies again and again fails the document', async () => {
    const { id, name } = await submitted('x');
    for (let at = 0; at < policy.maxLost; at++) await attempts.begin(name, `w${at}`);
    expect(await attempts.begin(name, 'one more')).toEqual({ status: 'failed' });
    expect(execution(await harness.final(id))).toMatchObject({ error: { code: 'worker_lost' } });
  });

  it('fails a document at once by a permanent code, and after some attempts by one that may pass', async () => {
    const once = await submitted('x');
    await attempts.begin(once.name, 'w1');
    expect(await attempts.fail(once.name, 1, permanent)).toEqual({ status: 'failed' });
    const often = await submitted('y');
    for (let attempt = 1; attempt <= policy.maxAttempts; attempt++) {
      await expect.poll(() => attempts.begin(often.name, 'w1')).toMatchObject({ attempt });
      const after = await attempts.fail(often.name, attempt, passing);
      expect(after.status).toBe(attempt < policy.maxAttempts ? 'pending' : 'failed');
    }
  });

  it('counts no attempt that met a provider that was down, and waits for as long as that asks for', async () => {
    const { name } = await submitted('x');
    const down = { code: 'rate_limited', message: 'Slowly', retryAfterMs: 5_000 } as const;
    await attempts.begin(name, 'w1');
    const after = await attempts.fail(name, 1, down);
    expect(after).toMatchObject({ status: 'pending' });
    expect('afterMs' in after && after.afterMs).toBeGreaterThan(4_000);
    expect(await attempts.begin(name, 'w1')).toMatchObject({ status: 'pending' });
  });

  it('is told that nobody wants the document any more, and what comes late leaves nothing behind', async () => {
    const cancelled = await submitted('x');
    await attempts.begin(cancelled.name, 'w1');
    await harness.deleteFile(cancelled.id);
    expect(await attempts.page(cancelled.name, 1, 1, page('late'))).toEqual({ status: 'cancelled' });
    expect(await attempts.complete(cancelled.name, 1)).toEqual({ status: 'cancelled' });
    expect(await harness.results(cancelled.id)).toEqual([]);

    const deleted = await submitted('y');
    await attempts.begin(deleted.name, 'w1');
    await harness.deleteJob(deleted.id);
    await harness.eventStore.truncate(`ocrJob-${deleted.id}`, deleted.name.revision + 1);
    await harness.objects.put(harness.objectOf(deleted.id, 'result-1.json'), Buffer.from('{}'));
    for (const call of [
      () => attempts.page(deleted.name, 1, 1, page('late')),
      () => attempts.begin(deleted.name, 'w2'),
    ])
      expect(await call()).toEqual({ status: 'deleted' });
    expect(await attempts.document(deleted.name, new AbortController().signal)).toBeNull();
    expect(await harness.results(deleted.id)).toEqual([]);
  });

  it('counts no attempt while the store of documents is away, and fails one whose bytes are gone', async () => {
    const { id, name } = await submitted('x');
    const away = new Proxy(harness.objects, {
      get: (target, member) =>
        member === 'get'
          ? () => Promise.reject(Object.assign(new Error('away'), { transient: true }))
          : Reflect.get(target, member).bind(target),
    });
    await expect(remote(away).begin(name, 'w1')).rejects.toThrow('away');
    expect(await harness.events(id)).toEqual([]);
    for await (const { key } of harness.objects.list(`jobs/${name.uid}/`)) await harness.objects.delete(key);
    expect(await attempts.begin(name, 'w1')).toEqual({ status: 'failed' });
    expect(execution(await harness.final(id))).toMatchObject({ error: { code: 'document_missing' } });
  });

  it('does nothing by what does not fit: pages nobody asked for, results with pages missing, attempts that never were', async () => {
    const { name } = await submitted('x');
    await attempts.begin(name, 'w1');
    for (const unfit of [
      () => attempts.page(name, 1, 3, page('x', 2)),
      () => attempts.page(name, 2, 1, page('x', 2)),
      () => attempts.page(name, 1, 1, { pageCount: 2, error: passing }),
      () => attempts.complete(name, 1),
      () => attempts.fail(name, 2, permanent),
    ])
      await expect(unfit()).rejects.toThrow(expect.objectContaining({ name: 'UnfitError' }));
    await attempts.page(name, 1, 1, page('x', 2));
    await expect(attempts.complete(name, 1)).rejects.toThrow('page 2 of 2');
    await attempts.page(name, 1, 2, { pageCount: 2, error: permanent });
    expect(await attempts.complete(name, 1)).toEqual({ status: 'completed' });
  });

  it('reads the pages that were asked for, and says of one beyond the last that there is none', async () => {
    const id = await harness.request('x');
    await attempts.begin(await named(id), 'w1');
    await attempts.fail(await named(id), 1, permanent);
    await harness.requestPages(id, [2, 4]);
    const events = await Array.fromAsync(readJobEvents(harness.eventStore, id));
    const name = { ...(await named(id)), revision: events.at(-1)?.revision ?? 0 };
    expect(await attempts.begin(name, 'w1')).toMatchObject({ attempt: 1, selected: [2, 4] });
    await expect(attempts.page(name, 1, 1, page('x', 3))).rejects.toThrow('Page 1 of 3 was not asked for');
    await attempts.page(name, 1, 2, page('second', 3));
    const none = { code: 'unsupported_document', message: 'There is no page 4' } as const;
    await attempts.page(name, 1, 4, { pageCount: 3, error: none });
    expect(await attempts.complete(name, 1)).toEqual({ status: 'completed' });
    const { pages } = await harness.result(id, 2);
    expect(pages.map(({ number, error }) => [number, error?.code])).toEqual([
      [2, undefined],
      [4, 'unsupported_document'],
    ]);
  });

  it('of another provider, or of a log that is lost, gets nothing', async () => {
    const { id, name } = await submitted('x');
    await expect(attempts.begin(await named(id, 'other'), 'w1')).rejects.toThrow(
      expect.objectContaining({ name: 'NoSuchRequestError' }),
    );
    await expect(attempts.begin({ ...name, uid: randomUUID() }, 'w1')).rejects.toThrow(
      expect.objectContaining({ name: 'EventLostError' }),
    );
    const late = { ...name, revision: 99 };
    await expect(attempts.begin(late, 'w1', 4)).rejects.toThrow(expect.objectContaining({ transient: true }));
    await expect(attempts.begin(late, 'w1', 5)).rejects.toThrow(
      expect.objectContaining({ name: 'EventLostError' }),
    );
  });
});
