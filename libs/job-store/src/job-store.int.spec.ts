import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absentJob, decide, evolve, fold, type JobCommand, type JobView, jobStream } from '@inkstream/domain';
import {
  type EventStore,
  EventStoreUnavailableError,
  proveUnchanged,
  StaleReadError,
} from '@inkstream/event-store';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bound, interrupted, racers } from './interference.ts';
import { toStored } from './job-events.ts';
import { execute, lastEventOfJob, newJob, readJob, readJobEvents, readJobView } from './job-store.ts';

const file = { originalName: 'a.png', mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64) };
const submit: JobCommand = {
  type: 'SubmitJob',
  name: 'Trip',
  files: [{ ...file, storageKey: 'jobs/1/files/1', provider: 'mistral' }],
};
const request = (provider: string, maxExecutions = 1_000): JobCommand => ({
  type: 'RequestExecution',
  fileId: 1,
  provider,
  maxExecutions,
});
const start = (worker: string, attempt = 1): JobCommand => ({
  type: 'StartExecution',
  executionId: 1,
  attempt,
  worker,
});
const fault = { code: 'timeout', message: 'late' } as const;
const remove: JobCommand = { type: 'DeleteJob', force: true, reason: 'asked for' };

/** Reads as on a node that has got to this revision of each stream. */
const readsUpTo = (store: EventStore, last: number): EventStore['read'] =>
  async function* read(stream, { atLeast, ...options } = {}) {
    for await (const event of store.read(stream, options)) if (event.revision <= last) yield event;
    if (atLeast !== undefined && atLeast > last) throw new StaleReadError('It lags');
  };

describe('the job store', () => {
  let folder: string;
  let store: EventStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-jobs-'));
    store = await openSqliteEventStore({ file: join(folder, 'events.db') });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const events = (jobId = 1) => Array.fromAsync(readJobEvents(store, jobId));
  const types = async () => (await events()).map(({ type }) => type);

  it('appends what a command leads to, and gives the job after it', async () => {
    expect(await readJob(store, 1)).toEqual({ state: absentJob, revision: null });
    const submitted = await execute(store, 1, submit);
    expect(submitted).toEqual(await readJob(store, 1));
    expect(submitted.revision).toBe(1);
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested']);
    expect(await execute(store, 1, start('a'))).toEqual(await readJob(store, 1));
  });

  it('reads nothing of a new job, and all of one that is there after all', async () => {
    let reads = 0;
    const read: EventStore['read'] = (...args) => {
      reads++;
      return store.read(...args);
    };
    const counting = { ...bound(store), read };
    expect(await execute(counting, 1, submit, { known: newJob })).toMatchObject({ revision: 1 });
    expect(reads).toBe(0);
    const other: JobCommand = { ...submit, name: 'Another' };
    await expect(execute(counting, 1, other, { known: newJob })).rejects.toMatchObject({
      code: 'job_exists',
    });
    expect(reads).toBe(1);
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested']);
  });

  it('reads nothing of a job that is known, and only what followed where others wrote to it since', async () => {
    const froms: (number | undefined)[] = [];
    const read: EventStore['read'] = (stream, options) => {
      froms.push(options?.from);
      return store.read(stream, options);
    };
    const counting = { ...bound(store), read };
    const known = await execute(counting, 1, submit, { known: newJob });
    await execute(counting, 1, start('a'), { known });
    expect(froms).toEqual([]);
    expect(await execute(counting, 1, request('openai'), { known })).toEqual(await readJob(store, 1));
    expect(froms).toEqual([2]);
    await expect(execute(counting, 1, start('b'), { known })).rejects.toMatchObject({
      code: 'stale_attempt',
    });
  });

  it('writes nothing where the job does not allow the command', async () => {
    await expect(execute(store, 1, start('a'))).rejects.toMatchObject({ code: 'job_not_found' });
    expect(await events()).toEqual([]);
    await execute(store, 1, submit);
    await expect(execute(store, 1, submit)).rejects.toMatchObject({ code: 'job_exists' });
    await expect(execute(store, 1, request('mistral'))).rejects.toMatchObject({
      code: 'execution_unfinished',
    });
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested']);
  });

  it('lets no more executions through than a job may have, however many writers race', async () => {
    await execute(store, 1, submit);
    const racing = racers(store, 20);
    const races = Array.from({ length: 20 }, (_, n) => execute(racing, 1, request(`provider-${n}`, 5)));
    const outcomes = await Promise.allSettled(races);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'too_many_executions' });
    expect(await readJobView(store, 1)).toMatchObject({ files: [{ executions: { length: 5 } }] });
  });

  it('decides anew where others wrote in between: each of 30 writers at once gets its own execution', async () => {
    await execute(store, 1, submit);
    const racing = racers(store, 30);
    const providers = Array.from({ length: 30 }, (_, n) => `provider-${10 + n}`);
    await Promise.all(providers.map((provider) => execute(racing, 1, request(provider))));
    const view = await readJobView(store, 1);
    const executions = view?.files[0]?.executions ?? [];
    expect(executions.map(({ id }) => id)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
    expect(
      executions
        .slice(1)
        .map(({ ocrProvider }) => ocrProvider)
        .toSorted(),
    ).toEqual(providers);
  });

  it('refuses on the second decision what the first one would have allowed', async () => {
    await execute(store, 1, submit);
    const overtaken = interrupted(store, () => execute(store, 1, remove));
    await expect(execute(overtaken, 1, start('a'))).rejects.toMatchObject({ code: 'job_not_found' });
    expect((await types()).at(-1)).toBe('JobDeleted');
  });

  it('takes no fence for an event of the job, and writes after it', async () => {
    await execute(store, 1, submit);
    const before = await readJob(store, 1);
    const fence = await proveUnchanged(store, jobStream(1), 1);
    expect(await readJob(store, 1)).toEqual({ ...before, revision: fence });
    expect(await readJobView(store, 1)).toMatchObject({ revision: 1 });
    expect(await execute(store, 1, start('a'), { known: before })).toEqual(await readJob(store, 1));
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested', 'ExecutionStarted']);
    expect((await readJobView(store, 1))?.revision).toBe(3);
  });

  it('refuses what comes after a fence closed its stream, and writes nothing', async () => {
    await proveUnchanged(store, jobStream(1), 'none');
    await expect(execute(store, 1, submit, { known: newJob })).rejects.toMatchObject({
      code: 'job_abandoned',
    });
    expect(await readJob(store, 1)).toEqual({ state: { status: 'abandoned' }, revision: 0 });
    expect(await readJobView(store, 1)).toBeNull();
    expect(await events()).toEqual([]);
  });

  it('gives the newest event whatever fences follow it, and tells a stream of fences from none', async () => {
    await execute(store, 1, submit);
    for (const revision of [1, 2]) await proveUnchanged(store, jobStream(1), revision);
    expect(await lastEventOfJob(store, 1)).toMatchObject({ type: 'ExecutionRequested', revision: 1 });
    expect(await lastEventOfJob(store, 1, { atLeast: 3 })).toMatchObject({ revision: 1 });
    await expect(lastEventOfJob(store, 1, { atLeast: 4 })).rejects.toMatchObject({ name: 'StaleReadError' });
    expect(await lastEventOfJob(store, 2)).toBe('none');
    for (const revision of ['none', 0] as const) await proveUnchanged(store, jobStream(2), revision);
    expect(await lastEventOfJob(store, 2)).toBe('fenced');
  });

  it('gives no job that is behind what its caller knows it to have', async () => {
    await execute(store, 1, submit);
    expect(await readJob(store, 1, newJob, 1)).toMatchObject({ revision: 1 });
    const stale = { name: 'StaleReadError', transient: true };
    await expect(readJob(store, 1, newJob, 2)).rejects.toMatchObject(stale);
    await expect(readJobView(store, 1, { atLeast: 2 })).rejects.toMatchObject(stale);
    const silent: EventStore = { ...bound(store), read: async function* () {} };
    await expect(readJob(silent, 1, newJob, 1)).rejects.toMatchObject(stale);
  });

  it('never decides on a read that lags: neither on one behind the conflict, nor behind what was known', async () => {
    const known = await execute(store, 1, submit);
    await execute(store, 1, start('a'));
    const stale = { name: 'StaleReadError', transient: true };
    const lagging = { ...bound(store), read: readsUpTo(store, known.revision) };
    await expect(execute(lagging, 1, start('b'), { known })).rejects.toMatchObject(stale);
    const ahead = { ...known, revision: 7 };
    await expect(execute(store, 1, start('b'), { known: ahead })).rejects.toMatchObject(stale);
  });

  it('leaves it to its caller to try again where the store does not answer', async () => {
    let appends = 0;
    const append = async () => {
      appends++;
      throw new EventStoreUnavailableError('The connection broke');
    };
    await expect(execute({ ...bound(store), append }, 1, submit)).rejects.toMatchObject({ transient: true });
    expect(appends).toBe(1);
  });

  it('gives up where somebody else writes in between each time', async () => {
    await execute(store, 1, submit);
    let attempt = 0;
    const append: EventStore['append'] = async (...args) => {
      await execute(store, 1, start('other', ++attempt));
      return store.append(...args);
    };
    const endless = execute({ ...bound(store), append }, 1, request('openai'));
    await expect(endless).rejects.toMatchObject({ name: 'ConcurrencyError' });
    expect((await readJobView(store, 1))?.files[0]?.executions).toHaveLength(1);
  });

  it('lets one of two workers start an attempt', async () => {
    await execute(store, 1, submit);
    const racing = racers(store, 2);
    const settled = await Promise.allSettled(['a', 'b'].map((worker) => execute(racing, 1, start(worker))));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'stale_attempt' },
    });
    expect((await types()).filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
  });

  it('writes the same command once, though it is given twice at once', async () => {
    const racing = racers(store, 2);
    const both = await Promise.all([execute(racing, 1, submit), execute(racing, 1, submit)]);
    expect(both.map(({ revision }) => revision)).toEqual([1, 1]);
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested']);
  });

  it('writes an append once that is repeated because its answer was lost', async () => {
    const decided = decide(submit, absentJob).map((event) => toStored(1, event));
    const append = () => store.append(jobStream(1), decided, { expected: 'no_stream' });
    expect(await append()).toEqual(await append());
    expect(await types()).toEqual(['JobSubmitted', 'ExecutionRequested']);
  });

  it('reads the view that is folded from the events, and the state that they lead to', async () => {
    await execute(store, 1, submit);
    await execute(store, 1, start('a'));
    await execute(store, 1, { type: 'FailExecution', executionId: 1, attempt: 1, error: fault });
    await execute(store, 1, request('openai'));
    const all = await events();
    expect(all.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
    expect(await readJobView(store, 1)).toEqual(all.reduce<JobView | null>(fold, null));
    expect((await readJob(store, 1)).state).toEqual(all.reduce(evolve, absentJob));
    expect(await readJobView(store, 2)).toBeNull();
  });

  it('reads on from a revision', async () => {
    await execute(store, 1, submit);
    await execute(store, 1, start('a'));
    const later = await Array.fromAsync(readJobEvents(store, 1, { from: 2 }));
    expect(later.map(({ type }) => type)).toEqual(['ExecutionStarted']);
  });

  it('knows a deleted job when its stream is truncated to the deletion', async () => {
    await execute(store, 1, submit);
    const { revision } = await execute(store, 1, remove);
    await store.truncate(jobStream(1), revision);
    expect(await types()).toEqual(['JobDeleted']);
    expect(await readJob(store, 1)).toEqual({ state: { status: 'deleted' }, revision });
    expect(await readJobView(store, 1)).toMatchObject({ deleted: true, revision, name: '' });
    await expect(execute(store, 1, start('a'))).rejects.toMatchObject({ code: 'job_not_found' });
    await expect(execute(store, 1, submit)).rejects.toMatchObject({ code: 'job_exists' });
  });

  it('reads events of earlier versions in the shape of today', async () => {
    await execute(store, 1, submit);
    await execute(store, 1, start('a'));
    const data = { executionId: 1, attempt: 1, reason: 'no answer' };
    const old = { id: crypto.randomUUID(), type: 'ExecutionFailed', data, metadata: {} };
    await store.append(jobStream(1), [old], { expected: 2 });
    const view = await readJobView(store, 1);
    expect(view?.files[0]?.executions[0]).toMatchObject({
      status: 'failed',
      error: { code: 'internal_error', message: 'no answer' },
    });
    await execute(store, 1, request('mistral'));
  });

  it('keeps the trace of the request with its events', async () => {
    await execute(store, 1, submit, { traceparent: '00-trace' });
    const stored = await Array.fromAsync(store.read(jobStream(1)));
    expect(stored.map(({ metadata }) => metadata.traceparent)).toEqual(['00-trace', '00-trace']);
  });
});
