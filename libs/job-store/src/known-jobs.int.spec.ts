import { jobStream } from '@inkstream/domain';
import { proveUnchanged, StaleReadError } from '@inkstream/event-store';
import { describe, expect, it } from 'vitest';
import { executeOnJob, readJob } from './jobs.ts';
import { KnownJobs } from './known-jobs.ts';
import { context, deleteFile, deleteJob, request, submit } from './spec-support/commands.ts';
import { bound } from './spec-support/interference.ts';
import { useStore } from './spec-support/test-store.ts';

describe('jobs that were read before', () => {
  const store = useStore();
  const on = (id: number, command: Parameters<typeof executeOnJob>[2]) =>
    executeOnJob(store(), id, command, { caller: context.caller });
  /** Known jobs, and how many events were read for them. */
  const counted = (maxKept?: number) => {
    let events = 0;
    const read = async function* counting(...args: Parameters<ReturnType<typeof store>['read']>) {
      for await (const event of store().read(...args)) {
        events++;
        yield event;
      }
    };
    const jobs = new KnownJobs({ ...bound(store()), read }, maxKept);
    const takeCount = () => {
      const count = events;
      events = 0;
      return count;
    };
    return { jobs, takeCount };
  };

  it('are as they stand, though only what followed is read of them', async () => {
    const { jobs, takeCount } = counted();
    await on(1, submit(50));
    await jobs.read(1);
    expect(takeCount()).toBe(51);
    for (const command of [deleteFile(3), request('other'), deleteFile(4)]) {
      await on(1, command);
      expect(await jobs.read(1)).toMatchObject(await readJob(store(), 1));
      expect(takeCount()).toBe(2);
    }
    await proveUnchanged(store(), jobStream(1), 53);
    expect((await jobs.read(1)).revision).toBe(54);
    const { revision } = await on(1, deleteJob);
    await store().truncate(jobStream(1), revision ?? 0);
    expect((await jobs.read(1)).state).toMatchObject({ status: 'deleted' });
  });

  it('are read from their beginning if the log is another one than they were read from', async () => {
    await on(1, submit(2));
    await on(1, deleteFile(1));
    await on(2, submit(2));
    await on(2, deleteFile(2));
    let restored = false;
    const jobs = new KnownJobs({
      read: (stream, options) => store().read(restored ? jobStream(2) : stream, options),
    });
    const deleted = async () => {
      const { state } = await jobs.read(1);
      return state.status === 'open' ? state.files.filter((one) => one.deleted).map(({ id }) => id) : state;
    };
    expect(await deleted()).toEqual([1]);
    restored = true;
    expect(await deleted()).toEqual([2]);
  });

  it('are not there if nothing is read of them, and no read that is behind counts', async () => {
    const { jobs } = counted();
    expect(await jobs.read(1)).toEqual({ state: { status: 'absent' }, revision: null });
    await expect(jobs.read(1, { atLeast: 0 })).rejects.toBeInstanceOf(StaleReadError);
    await on(1, submit());
    await jobs.read(1);
    await expect(jobs.read(1, { atLeast: 2 })).rejects.toBeInstanceOf(StaleReadError);
    expect((await jobs.read(1, { atLeast: 1 })).revision).toBe(1);
  });

  it('are forgotten if they are many: those first that were not read for longest', async () => {
    const { jobs, takeCount } = counted(10);
    for (const id of [1, 2, 3]) {
      await on(id, submit(2));
      await jobs.read(id);
    }
    takeCount();
    await jobs.read(3);
    await jobs.read(2);
    expect(takeCount()).toBe(2);
    await jobs.read(1);
    expect(takeCount()).toBe(3);
  });
});
