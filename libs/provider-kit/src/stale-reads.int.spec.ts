import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { requestsTopic } from '@inkstream/contracts';
import { type ExecutionCommand, jobStream } from '@inkstream/domain';
import { type EventStore, proveUnchanged, StaleReadError } from '@inkstream/event-store';
import { openEventStoreDb } from '@inkstream/event-store/eventstoredb';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { executeOnExecution, executeOnJob, newExecution, readExecution } from '@inkstream/job-store';
import { startEventStoreDbCluster } from '@inkstream/testing/eventstoredb-double';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { caller, execution, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

// Stale reads are redelivered for seconds before anything follows from them.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let harness: Harness;
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await harness.close();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
const temporaryFolder = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'provider-kit-stale-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  return folder;
};

const read = async (word: string) => word;
const lag = () => harness.bus.lag(requestsTopic('fake'), 'ocr-fake');

/** A store whose reads are behind by so many ms, as those of a follower are; its appends are the leader's. */
function behind(store: EventStore, ms: number): EventStore {
  const late: EventStore['read'] = async function* late(stream, { atLeast = -1, ...options } = {}) {
    let seen = (options.from ?? 0) - 1;
    for await (const event of store.read(stream, options)) {
      if (Date.parse(event.recordedAt) > Date.now() - ms) continue;
      seen = Math.max(seen, event.revision);
      yield event;
    }
    if (seen < atLeast) throw new StaleReadError('It lags');
  };
  return new Proxy(store, {
    get: (target, name) => (name === 'read' ? late : Reflect.get(target, name).bind(target)),
  });
}

describe('a worker whose reads are behind its messages', () => {
  it('completes every job, deletes no result, and buries nothing', async () => {
    harness = await openHarness();
    await harness.start({ engine: wordsEngine(read) }, { eventStore: behind(harness.eventStore, 1_000) });
    const ids: number[] = [];
    for (let n = 0; n < 10; n++) ids.push(await harness.request('apple'));
    for (const id of ids)
      expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 1 });
    await expect.poll(lag, { timeout: 20_000 }).toBe(0);
    for (const id of ids) expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-1.json')]);
    expect(await harness.deadLetters()).toEqual([]);
  });

  it('keeps the result of an execution that has others from dead workers to tidy away', async () => {
    harness = await openHarness();
    const id = await harness.request('apple');
    await harness.loseAttempts(id, 1);
    const dead = harness.objectOf(id, 'result-1.json');
    await harness.objects.put(dead, new TextEncoder().encode('{}'));
    await harness.start({ engine: wordsEngine(read) }, { eventStore: behind(harness.eventStore, 1_000) });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
    await expect.poll(lag, { timeout: 20_000 }).toBe(0);
    expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-2.json')]);
  });

  it('on a leader that was cut off completes every job and deletes nothing that is wanted', async () => {
    const folder = await temporaryFolder();
    // The old leader goes on believing in itself for seconds after the others have another one.
    const cluster = await startEventStoreDbCluster({ folder, times: { stepDownMs: 6_000, electionMs: 300 } });
    cleanups.push(() => cluster.close());
    const workers = await openEventStoreDb({ url: cluster.url });
    cleanups.push(() => workers.close());
    await Array.fromAsync(workers.read('any'));
    const { leader: old } = cluster;
    cluster.cutOff(old);
    await expect.poll(() => cluster.leader !== old, { timeout: 10_000 }).toBe(true);
    harness = await openHarness({ eventStore: await openEventStoreDb({ url: cluster.leader.url }) });
    const stale = vi.fn();
    const observed = new Proxy(workers, {
      get: (target, name) =>
        name === 'read'
          ? async function* observedRead(...args: Parameters<EventStore['read']>) {
              try {
                yield* target.read(...args);
              } catch (error) {
                stale(error instanceof StaleReadError);
                throw error;
              }
            }
          : Reflect.get(target, name).bind(target),
    });
    await harness.start({ engine: wordsEngine(read) }, { eventStore: observed });
    const ids: number[] = [];
    for (let n = 0; n < 10; n++) ids.push(await harness.request('apple'));
    await vi.waitFor(() => expect(stale).toHaveBeenCalledWith(true), 10_000);
    for (const id of ids) expect(execution(await harness.final(id)).status).toBe('completed');
    for (const id of ids) expect(await harness.results(id)).toHaveLength(1);
    expect(await harness.deadLetters()).toEqual([]);
  });
});

describe('a request whose event is lost, since an older log was restored', () => {
  it('is set aside with its reason once an append has proved it, and nothing is deleted', async () => {
    harness = await openHarness();
    const file = join(await temporaryFolder(), 'restored.db');
    const restored = await openSqliteEventStore({ file });
    cleanups.push(() => restored.close());
    await harness.start({ engine: wordsEngine(read) }, { eventStore: restored });
    const id = await harness.request('apple');
    const result = harness.objectOf(id, 'result-1.json');
    await harness.objects.put(result, new TextEncoder().encode('{}'));
    await expect.poll(lag, { timeout: 30_000 }).toBe(0);
    expect(await harness.deadLetters()).toEqual([`event_lost ${id}/1`]);
    expect(await harness.results(id)).toEqual([result]);
    // Whoever comes late with the upload of that id meets the fence.
    const job = { uid: harness.uidOf(id), tenant: caller.tenant, name: 'late', files: [] };
    const late = executeOnJob(restored, id, { type: 'SubmitJob', ...job }, { caller });
    await expect(late).rejects.toMatchObject({ code: 'job_abandoned' });
  });

  it('is set aside at once if another job has its id and place, which is left alone', async () => {
    harness = await openHarness();
    const id = await harness.request('apple');
    const file = join(await temporaryFolder(), 'restored.db');
    const restored = await openSqliteEventStore({ file });
    cleanups.push(() => restored.close());
    const stored = { originalName: 'b.png', mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64) };
    const files = [{ ...stored, storageKey: 'jobs/another/files/1', providers: ['fake'] }];
    const another = { uid: randomUUID(), tenant: 'another', name: 'another', files };
    await executeOnJob(restored, id, { type: 'SubmitJob', ...another }, { caller });
    const result = harness.objectOf(id, 'result-1.json');
    await harness.objects.put(result, new TextEncoder().encode('{}'));
    await harness.start({ engine: wordsEngine(read) }, { eventStore: restored });
    await expect.poll(lag, { timeout: 10_000 }).toBe(0);
    expect(await harness.deadLetters()).toEqual([`event_lost ${id}/1`]);
    expect(await readExecution(restored, { jobId: id, executionId: 1 })).toEqual(newExecution);
    expect(await harness.results(id)).toEqual([result]);
  });

  it('is set aside at once if its place in the stream is taken', async () => {
    harness = await openHarness();
    const id = await harness.request('apple');
    const file = join(await temporaryFolder(), 'restored.db');
    const restored = await openSqliteEventStore({ file });
    cleanups.push(() => restored.close());
    for (const revision of ['none', 0] as const) await proveUnchanged(restored, jobStream(id), revision);
    const startedAt = performance.now();
    await harness.start({ engine: wordsEngine(read) }, { eventStore: restored });
    await expect.poll(lag, { timeout: 10_000 }).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(await harness.deadLetters()).toEqual([`event_lost ${id}/1`]);
  });
});

describe('an execution to whose stream a worker of a lost log wrote, since its id came twice', () => {
  /** What such a worker says of it, under the uid of the job that is lost. */
  const act = (id: number, command: ExecutionCommand) =>
    executeOnExecution(harness.eventStore, { jobId: id, executionId: 1 }, command, {
      uid: randomUUID(),
      caller,
    });
  const fail = { type: 'GiveUpExecution', error: { code: 'corrupt_document', message: 'no' } } as const;

  it('is read all the same, though it looks as if it had ended', async () => {
    harness = await openHarness();
    const id = await harness.request('apple');
    await act(id, fail);
    const late = () => new Date(Date.now() + 60_000);
    await harness.start({ engine: wordsEngine(read) }, { now: late });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-1.json')]);
  });

  it('is read to its end, though that worker says meanwhile that it has ended', async () => {
    harness = await openHarness();
    const id = await harness.request('apple');
    const slow = async (word: string) => {
      await act(id, fail);
      await sleep(2_000);
      return word;
    };
    await harness.start({ engine: wordsEngine(slow) });
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 1 });
    expect(await harness.results(id)).toEqual([harness.objectOf(id, 'result-1.json')]);
  });
});
