import { absentJob, decideJob, evolveJob, jobStream } from '@inkstream/domain';
import {
  type EventStore,
  EventStoreUnavailableError,
  proveUnchanged,
  StaleReadError,
} from '@inkstream/event-store';
import { describe, expect, it } from 'vitest';
import type { Known } from './aggregate.ts';
import { executeOnJob, lastEventOfJob, newJob, readJob, readJobEvents, readJobRecord } from './jobs.ts';
import { KnownJobs } from './known-jobs.ts';
import { context, deleteJob, request, submit } from './spec-support/commands.ts';
import { bound, interrupted, racers } from './spec-support/interference.ts';
import { useStore } from './spec-support/test-store.ts';
import { toStored } from './stored-events.ts';

const { caller } = context;
const stale = { name: 'StaleReadError', transient: true };

/** Reads as on a node that has got to this revision of each stream. */
const readsUpTo = (store: EventStore, last: number): EventStore['read'] =>
  async function* read(stream, { atLeast, ...options } = {}) {
    for await (const event of store.read(stream, options)) if (event.revision <= last) yield event;
    if (atLeast !== undefined && atLeast > last) throw new StaleReadError('It lags');
  };

describe('commands on a stream', () => {
  const store = useStore();
  const on = (
    command: Parameters<typeof executeOnJob>[2],
    known?: Known<Awaited<ReturnType<typeof readJob>>['state']>,
    where = store(),
  ) => executeOnJob(where, 1, command, { caller, known });
  const types = async () => (await Array.fromAsync(readJobEvents(store(), 1))).map(({ type }) => type);
  const submission = ['JobSubmitted', 'ExecutionRequested'];

  it('append what they lead to, and resolve with the state after it', async () => {
    expect(await readJob(store(), 1)).toEqual({ state: absentJob, revision: null });
    const submitted = await on(submit());
    expect(submitted).toEqual(await readJob(store(), 1));
    expect(submitted.revision).toBe(1);
    expect(await types()).toEqual(submission);
    expect(await on(request('openai'))).toEqual(await readJob(store(), 1));
  });

  it('read nothing of a new job, and all of one that is there after all', async () => {
    let reads = 0;
    const read: EventStore['read'] = (...args) => {
      reads++;
      return store().read(...args);
    };
    const counting = { ...bound(store()), read };
    expect(await on(submit(), newJob, counting)).toMatchObject({ revision: 1 });
    expect(reads).toBe(0);
    const other = { ...submit(), name: 'Another' };
    await expect(on(other, newJob, counting)).rejects.toMatchObject({ code: 'job_exists' });
    expect(reads).toBe(1);
    expect(await types()).toEqual(submission);
  });

  it('read nothing of a stream that is known, and only what followed if others wrote to it since', async () => {
    const froms: (number | undefined)[] = [];
    const read: EventStore['read'] = (stream, options) => {
      froms.push(options?.from);
      return store().read(stream, options);
    };
    const counting = { ...bound(store()), read };
    const known = await on(submit(), newJob, counting);
    await on(request('a'), known, counting);
    expect(froms).toEqual([]);
    expect(await on(request('b'), known, counting)).toEqual(await readJob(store(), 1));
    expect(froms).toEqual([2]);
  });

  it('write nothing if the state does not allow them', async () => {
    await expect(on(request('a'))).rejects.toMatchObject({ code: 'job_not_found' });
    expect(await types()).toEqual([]);
    await on(submit());
    await expect(on(submit())).rejects.toMatchObject({ code: 'job_exists' });
    await expect(on(request('mistral'))).rejects.toMatchObject({ code: 'execution_unfinished' });
    expect(await types()).toEqual(submission);
  });

  it('let no more executions through than a job may have, however many writers race', async () => {
    await on(submit());
    const racing = racers(store(), 20);
    const races = Array.from({ length: 20 }, (_, n) => on(request(`provider-${n}`, 5), undefined, racing));
    const outcomes = await Promise.allSettled(races);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({ code: 'too_many_executions' });
    expect((await readJob(store(), 1)).state).toMatchObject({ executions: { length: 5 } });
  });

  it('are decided again if others wrote in between: each of 30 writers at once gets its own execution', async () => {
    await on(submit());
    const racing = racers(store(), 30);
    const providers = Array.from({ length: 30 }, (_, n) => `provider-${10 + n}`);
    await Promise.all(providers.map((provider) => on(request(provider), undefined, racing)));
    const { state } = await readJob(store(), 1);
    const executions = state.status === 'open' ? state.executions : [];
    expect(executions.map(({ id }) => id)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1));
    const asked = executions.slice(1).map(({ provider }) => provider);
    expect(asked.toSorted()).toEqual(providers);
  });

  it('are refused on the second decision though the first one would have allowed them', async () => {
    await on(submit());
    const overtaken = interrupted(store(), () => on(deleteJob));
    await expect(on(request('a'), undefined, overtaken)).rejects.toMatchObject({ code: 'job_not_found' });
    expect((await types()).at(-1)).toBe('JobDeleted');
  });

  it('take no fence for an event, and write after it', async () => {
    await on(submit());
    const before = await readJob(store(), 1);
    const fence = await proveUnchanged(store(), jobStream(1), 1);
    expect(await readJob(store(), 1)).toEqual({ ...before, revision: fence });
    expect(await readJobRecord(store(), 1)).toMatchObject({ revision: 1 });
    expect(await on(request('a'), before)).toEqual(await readJob(store(), 1));
    expect(await types()).toEqual([...submission, 'ExecutionRequested']);
    expect(await readJobRecord(store(), 1)).toMatchObject({ revision: 3 });
  });

  it('are refused after a fence closed the stream, and write nothing', async () => {
    await proveUnchanged(store(), jobStream(1), 'none');
    await expect(on(submit(), newJob)).rejects.toMatchObject({ code: 'job_abandoned' });
    expect(await readJob(store(), 1)).toEqual({ state: { status: 'abandoned' }, revision: 0 });
    expect(await readJobRecord(store(), 1)).toBeNull();
    expect(await types()).toEqual([]);
  });

  it('are never decided on a read that lags: neither behind the conflict, nor behind what was known', async () => {
    const known = await on(submit());
    await on(request('a'));
    const lagging = { ...bound(store()), read: readsUpTo(store(), known.revision ?? -1) };
    await expect(on(request('b'), known, lagging)).rejects.toMatchObject(stale);
    await expect(on(request('b'), { ...known, revision: 7 })).rejects.toMatchObject(stale);
  });

  it('leave it to their caller to try again if the store does not answer', async () => {
    let appends = 0;
    const append = async () => {
      appends++;
      throw new EventStoreUnavailableError('The connection broke');
    };
    const broken = { ...bound(store()), append };
    await expect(on(submit(), undefined, broken)).rejects.toMatchObject({ transient: true });
    expect(appends).toBe(1);
  });

  it('give up if somebody else writes in between each time', async () => {
    await on(submit());
    let other = 0;
    const append: EventStore['append'] = async (...args) => {
      await on(request(`other-${++other}`));
      return store().append(...args);
    };
    const endless = executeOnJob({ ...bound(store()), append }, 1, request('a'), { caller, random: () => 0 });
    await expect(endless).rejects.toMatchObject({ name: 'ConcurrencyError' });
    const { state } = await readJob(store(), 1);
    expect(state.status === 'open' && state.executions.some(({ provider }) => provider === 'a')).toBe(false);
  }, 30_000);

  it('are written once, though they are given twice at once', async () => {
    const racing = racers(store(), 2);
    const both = await Promise.all([on(submit(), undefined, racing), on(submit(), undefined, racing)]);
    expect(both.map(({ revision }) => revision)).toEqual([1, 1]);
    expect(await types()).toEqual(submission);
  });

  it('are written once if an append is repeated because its answer was lost', async () => {
    const decided = decideJob(submit(), absentJob).map((event) => toStored(jobStream(1), event, context));
    const append = () => store().append(jobStream(1), decided, { expected: 'no_stream' });
    expect(await append()).toEqual(await append());
    expect(await types()).toEqual(submission);
  });

  it('keep the trace of the request, who asked and the uid with their events', async () => {
    await executeOnJob(store(), 1, submit(), { caller, traceparent: '00-trace' });
    await on(request('openai'));
    const stored = await Array.fromAsync(store().read(jobStream(1)));
    const own = { schemaVersion: 1, uid: context.uid, ...caller };
    expect(stored.map(({ metadata }) => metadata)).toEqual([
      { ...own, traceparent: '00-trace' },
      { ...own, traceparent: '00-trace' },
      own,
    ]);
  });

  it('tell whoever goes on the trace of the last one, however it is read', async () => {
    const of = (traceparent: string) => ({ caller, traceparent });
    const submitted = await executeOnJob(store(), 1, submit(), of('00-submitted'));
    expect(submitted.traceparent).toBe('00-submitted');
    const jobs = new KnownJobs(store());
    expect((await jobs.read(1)).traceparent).toBe('00-submitted');
    await executeOnJob(store(), 1, request('openai'), of('00-requested'));
    for (const known of [await readJob(store(), 1), await readJob(store(), 1, { known: submitted })])
      expect(known.traceparent).toBe('00-requested');
    expect((await jobs.read(1)).traceparent).toBe('00-requested');
  });
});

describe('reading a job', () => {
  const store = useStore();
  const on = (command: Parameters<typeof executeOnJob>[2]) => executeOnJob(store(), 1, command, { caller });

  it('folds its events to a state and a record', async () => {
    await on(submit());
    await on(request('openai'));
    const events = await Array.fromAsync(readJobEvents(store(), 1));
    expect(events.map(({ revision, uid }) => [revision, uid])).toEqual(
      [0, 1, 2].map((n) => [n, context.uid]),
    );
    expect((await readJob(store(), 1)).state).toEqual(events.reduce(evolveJob, absentJob));
    expect(await readJobRecord(store(), 1)).toMatchObject({ name: 'Trip', revision: 2 });
    expect(await readJobRecord(store(), 2)).toBeNull();
  });

  it('reads on from a revision, and no more than it is asked to', async () => {
    await on(submit(3));
    const revisions = async (options: object) =>
      (await Array.fromAsync(readJobEvents(store(), 1, options))).map(({ revision }) => revision);
    expect(await revisions({ from: 2 })).toEqual([2, 3]);
    expect(await revisions({ from: 1, limit: 1 })).toEqual([1]);
  });

  it('finds the newest event whatever fences follow it, and tells a stream of fences from none', async () => {
    await on(submit());
    for (const revision of [1, 2]) await proveUnchanged(store(), jobStream(1), revision);
    expect(await lastEventOfJob(store(), 1)).toMatchObject({ type: 'ExecutionRequested', revision: 1 });
    expect(await lastEventOfJob(store(), 1, { atLeast: 3 })).toMatchObject({ revision: 1 });
    await expect(lastEventOfJob(store(), 1, { atLeast: 4 })).rejects.toMatchObject(stale);
    expect(await lastEventOfJob(store(), 2)).toBe('none');
    for (const revision of ['none', 0] as const) await proveUnchanged(store(), jobStream(2), revision);
    expect(await lastEventOfJob(store(), 2)).toBe('fenced');
  });

  it('never comes back with less than its caller knows it to have', async () => {
    await on(submit());
    expect(await readJob(store(), 1, { atLeast: 1 })).toMatchObject({ revision: 1 });
    await expect(readJob(store(), 1, { atLeast: 2 })).rejects.toMatchObject(stale);
    await expect(readJobRecord(store(), 1, { atLeast: 2 })).rejects.toMatchObject(stale);
    const silent: EventStore = { ...bound(store()), read: async function* () {} };
    await expect(readJob(silent, 1, { atLeast: 1 })).rejects.toMatchObject(stale);
  });

  it('knows a deleted job when its stream is truncated to the deletion', async () => {
    await on(submit());
    const { revision } = await on(deleteJob);
    await store().truncate(jobStream(1), revision ?? 0);
    const state = { status: 'deleted', uid: context.uid, executions: 1 };
    expect(await readJob(store(), 1)).toEqual({ state, revision });
    expect(await readJobRecord(store(), 1)).toMatchObject({ deleted: true, revision, name: '' });
    await expect(on(request('a'))).rejects.toMatchObject({ code: 'job_not_found' });
    await expect(on(submit())).rejects.toMatchObject({ code: 'job_exists' });
  });
});
