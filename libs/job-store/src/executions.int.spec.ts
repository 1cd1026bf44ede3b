import { type ExecutionCommand, executionStream, jobStream, requestedExecution } from '@inkstream/domain';
import { proveUnchanged } from '@inkstream/event-store';
import { describe, expect, it } from 'vitest';
import {
  eraseExecutions,
  executeOnExecution,
  forgetExecutions,
  newExecution,
  readExecution,
  readExecutionEvents,
  readExecutions,
} from './executions.ts';
import { readWholeJob } from './job-views.ts';
import { executeOnJob } from './jobs.ts';
import { complete, context, deleteFile, deleteJob, start, submit } from './spec-support/commands.ts';
import { racers } from './spec-support/interference.ts';
import { useStore } from './spec-support/test-store.ts';

const key = { jobId: 1, executionId: 1 };

describe('executions', () => {
  const store = useStore();
  const onJob = (command: Parameters<typeof executeOnJob>[2]) =>
    executeOnJob(store(), 1, command, { caller: context.caller });
  const on = (executionId: number, command: ExecutionCommand, where = store()) =>
    executeOnExecution(where, { jobId: 1, executionId }, command, context);
  const types = async (executionId = 1) =>
    (await Array.fromAsync(readExecutionEvents(store(), { jobId: 1, executionId }))).map(({ type }) => type);

  it('live in streams of their own', async () => {
    await onJob(submit());
    expect(await readExecution(store(), key)).toEqual(newExecution);
    expect(await on(1, start('a'))).toEqual(await readExecution(store(), key));
    await on(1, complete());
    expect(await types()).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
    expect((await Array.fromAsync(store().read(jobStream(1)))).length).toBe(2);
  });

  it('of one job that end at the same moment are all completed: none waits for another one', async () => {
    const count = 200;
    const ids = Array.from({ length: count }, (_, n) => n + 1);
    await onJob(submit(count));
    await Promise.all(ids.map((id) => on(id, start('w'))));
    const racing = racers(store(), count);
    await Promise.all(ids.map((id) => on(id, complete(), racing)));
    const states = await readExecutions(store(), 1, ids);
    expect([...states.values()].filter(({ status }) => status === 'completed')).toHaveLength(count);
  }, 30_000);

  it('are started by one of two workers', async () => {
    await onJob(submit());
    const racing = racers(store(), 2);
    const settled = await Promise.allSettled(['a', 'b'].map((worker) => on(1, start(worker), racing)));
    expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'stale_attempt' },
    });
    expect(await types()).toEqual(['ExecutionStarted']);
  });

  it('take a fence for no event', async () => {
    await proveUnchanged(store(), executionStream(key), 'none');
    expect(await readExecution(store(), key)).toEqual({ state: requestedExecution, revision: 0 });
    await on(1, start('a'));
    expect(await types()).toEqual(['ExecutionStarted']);
  });

  it('are ended with their job, so that no worker can complete one any more, and leave how they had ended', async () => {
    await onJob(submit(3));
    for (const id of [1, 2]) await on(id, start('w'));
    await on(1, complete());
    await onJob(deleteJob);
    const erase = () => eraseExecutions(store(), 1, [1, 2, 3], 'asked for', context);
    const ended = await erase();
    expect(await erase()).toEqual(ended);
    for (const id of [1, 2, 3])
      await expect(on(id, complete())).rejects.toMatchObject({ code: 'execution_final' });
    await forgetExecutions(store(), 1, ended);
    expect(await Promise.all([1, 2, 3].map(types))).toEqual([
      ['ExecutionErased'],
      ['ExecutionCancelled'],
      ['ExecutionCancelled'],
    ]);
    const statuses = [...(await readExecutions(store(), 1, [1, 2, 3])).values()].map(({ status }) => status);
    expect(statuses).toEqual(['completed', 'cancelled', 'cancelled']);
    expect(await readWholeJob(store(), 1)).toMatchObject({ job: { deleted: true }, executions: [] });
  });

  it('make up the whole job, those of deleted files as far as they are left', async () => {
    await onJob(submit(2));
    for (const id of [1, 2]) {
      await on(id, start('w'));
      await on(id, complete());
    }
    const before = await readWholeJob(store(), 1);
    expect(before).toMatchObject({ job: { status: 'completed' }, executions: [{ id: 1 }, { id: 2 }] });
    await onJob(deleteFile(1));
    const whole = async () => {
      const { job, executions } = (await readWholeJob(store(), 1)) ?? {};
      return { job, executions };
    };
    const ended = await eraseExecutions(store(), 1, [1], 'asked for', context);
    const erased = await whole();
    expect(erased).toMatchObject({
      job: { status: 'completed', files: [{ id: 2 }], tally: { completed: 2 } },
      executions: [
        { id: 1, removed: true, result: null, status: 'completed' },
        { id: 2, removed: false },
      ],
    });
    await forgetExecutions(store(), 1, ended);
    expect(await whole()).toEqual(erased);
    expect(await readWholeJob(store(), 9)).toBeNull();
  });
});
