import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import {
  type ExecutionView,
  executionStream,
  type JobView,
  jobStream,
  schemaVersionOf,
} from '@inkstream/domain';
import { EventStoreUnavailableError, proveUnchanged } from '@inkstream/event-store';
import { DocumentRefusedError, type Generation } from '@inkstream/read-model';
import { silentLogger } from '@inkstream/service-kit';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProjection, type Projection, RebuildRunningError } from './index.ts';
import {
  act,
  addJob,
  completion,
  onExecution,
  onJob,
  openTestBackends,
  remove,
  request,
  submission,
  TestRelay,
  truthOf,
} from './spec-support/jobs.ts';

const log = silentLogger();
const start = { type: 'StartExecution', attempt: 1, worker: 'w' } as const;

describe('a rebuild of the read model', () => {
  let backends: Awaited<ReturnType<typeof openTestBackends>>;
  let relay: TestRelay;
  let projection: Projection;
  beforeEach(async () => {
    backends = await openTestBackends();
    relay = new TestRelay(backends.eventStore);
    projection = await createProjection({ ...backends, log });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await projection.close();
    await backends.remove();
  });

  const publish = async () => backends.bus.publish(JOB_EVENTS_TOPIC, await relay.take());
  const add = async (id: number, choices: readonly number[]) => {
    await addJob(backends.eventStore, id, choices);
    await publish();
  };
  /** Jobs with these ids at once, whose appends share their fsyncs. */
  const addMany = async (count: number) => {
    await Promise.all(Array.from({ length: count }, (_, n) => addJob(backends.eventStore, n + 1)));
    await publish();
  };
  /** What the rebuild gets in place of a generation. */
  const interceptGeneration = (intercept: (generation: Generation) => Generation) => {
    const start = backends.readModel.startGeneration.bind(backends.readModel);
    vi.spyOn(backends.readModel, 'startGeneration').mockImplementation(async () => intercept(await start()));
  };
  const settled = () =>
    vi.waitFor(async () => expect(await backends.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(0), {
      timeout: 20_000,
      interval: 20,
    });
  const documents = async () => {
    const found: { job: JobView; executions: ExecutionView[] }[] = [];
    for await (const job of backends.readModel.allJobs()) {
      const executions = await backends.readModel.executionsOf(job.id);
      found.push({ job, executions: executions.map(({ view }) => view) });
    }
    return found;
  };
  const truth = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => truthOf(backends.eventStore, n + 1)));

  it('makes the identical documents, those of deleted files and jobs with truncated streams included', async () => {
    let jobs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat({ max: 10_000 }), { maxLength: 14 }), { minLength: 1, maxLength: 4 }),
        async (drawn) => {
          for (const choices of drawn) {
            await onJob(backends.eventStore, ++jobs, submission(jobs));
            for (const choice of choices) {
              await publish();
              await act(backends.eventStore, jobs, choice);
            }
          }
          await publish();
          await settled();
          const before = await documents();
          expect(await projection.rebuild()).toEqual({ jobs, failed: [] });
          expect(await documents()).toEqual(before);
          expect(before).toEqual(await truth(jobs));
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  it('goes on past fences, which are no events', async () => {
    const errors = vi.spyOn(log, 'error');
    await add(1, [0]);
    await proveUnchanged(backends.eventStore, jobStream(1), 2);
    await proveUnchanged(backends.eventStore, executionStream({ jobId: 1, executionId: 1 }), 0);
    await proveUnchanged(backends.eventStore, jobStream(2), 'none');
    await act(backends.eventStore, 1, 6);
    await remove(backends.eventStore, 1, 2);
    await publish();
    await settled();
    const before = await documents();
    expect(await projection.rebuild()).toEqual({ jobs: 1, failed: [] });
    expect(await documents()).toEqual(before);
    expect(before).toEqual(await truth(1));
    expect(errors).not.toHaveBeenCalled();
  });

  it('puts right what was wrong', async () => {
    await add(1, [0]);
    await settled();
    const right = await documents();
    const { view, version } = (await backends.readModel.getJobs([1])).get(1)!;
    await backends.readModel.replaceJobs([{ view: { ...view, revision: 9, name: 'wrong' }, over: version }]);
    await backends.readModel.dropExecutions([1]);
    await projection.rebuild();
    expect(await documents()).toEqual(right);
  });

  it('misses nothing that happens meanwhile, and reads are served all along', async () => {
    const early = 300;
    await addMany(early);
    await settled();
    let during = 0;
    interceptGeneration((generation) => ({
      ...generation,
      async replaceJobs(replacements) {
        const before = during;
        while (during < before + 2) await setTimeout(5);
        return generation.replaceJobs(replacements);
      },
    }));
    const rebuilt = projection.rebuild();
    let ended = false;
    void rebuilt.finally(() => {
      ended = true;
    });
    let id = early;
    while (!ended || id < early + 20) {
      await add(++id, [1, 5]);
      await request(backends.eventStore, (id % early) + 1, `p${id}`);
      await publish();
      if (!ended) during++;
      expect((await backends.readModel.getJobs([1])).size).toBe(1);
    }
    await rebuilt;
    await settled();
    expect(during).toBeGreaterThan(3);
    expect(await documents()).toEqual(await truth(id));
  });

  it('catches up what was projected into the old documents until the switch', async () => {
    await add(1, [0]);
    await settled();
    interceptGeneration((generation) => ({
      ...generation,
      async activate() {
        await add(2, [0]);
        await request(backends.eventStore, 1, 'x');
        await publish();
        await settled();
        await generation.activate();
      },
    }));
    expect(await projection.rebuild()).toEqual({ jobs: 2, failed: [] });
    expect(await documents()).toEqual(await truth(2));
  });

  it('is made by itself at the start if every document is gone, before messages are taken', async () => {
    await add(1, [0]);
    await add(2, [0, 6]);
    await settled();
    const before = await documents();
    await projection.close();
    await (await backends.readModel.startGeneration()).activate();
    expect(await documents()).toEqual([]);
    const said = vi.spyOn(log, 'warn');
    projection = await createProjection({ ...backends, log });
    await vi.waitFor(async () => expect(await documents()).toEqual(before), { timeout: 20_000 });
    expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('read model is empty'));
    await add(3, [0]);
    await settled();
    expect(await documents()).toEqual(await truth(3));
  });

  it('is not made at a start with documents, or without events', async () => {
    const started = vi.spyOn(backends.readModel, 'startGeneration');
    await projection.close();
    projection = await createProjection({ ...backends, log });
    await add(1, [0]);
    await settled();
    await projection.close();
    projection = await createProjection({ ...backends, log });
    await add(2, [0]);
    await settled();
    expect(started).not.toHaveBeenCalled();
  });

  it('is refused while another one runs, and allowed after it', async () => {
    await add(1, [0]);
    const first = projection.rebuild();
    await expect(projection.rebuild()).rejects.toBeInstanceOf(RebuildRunningError);
    await first;
    expect(await projection.rebuild()).toEqual({ jobs: 1, failed: [] });
  });

  it('gives way to one that another process begins meanwhile', async () => {
    await add(1, [0]);
    interceptGeneration((generation) => ({
      ...generation,
      async replaceJobs(replacements) {
        vi.restoreAllMocks();
        const theirs = await createProjection({ ...backends, log });
        expect(await theirs.rebuild()).toEqual({ jobs: 1, failed: [] });
        await theirs.close();
        return generation.replaceJobs(replacements);
      },
    }));
    await expect(projection.rebuild()).rejects.toBeInstanceOf(RebuildRunningError);
    expect(await documents()).toHaveLength(1);
  });

  it('leaves the documents as they are if it fails, and can be run again', async () => {
    await add(1, [0]);
    await settled();
    const before = await documents();
    const discarded = vi.fn();
    interceptGeneration((generation) => ({
      ...generation,
      replaceJobs: () => Promise.reject(new EventStoreUnavailableError('not now')),
      discard: () => generation.discard().then(discarded),
    }));
    await expect(projection.rebuild()).rejects.toThrow('not now');
    expect(discarded).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
    expect(await documents()).toEqual(before);
    expect(await projection.rebuild()).toEqual({ jobs: 1, failed: [] });
  });

  it('takes a job as far as its events are known, names it, and leaves none of the others out', async () => {
    await addJob(backends.eventStore, 1, [0]);
    const stream = executionStream({ jobId: 1, executionId: 1 });
    const unknown = { id: crypto.randomUUID(), type: 'ExecutionReleased', data: {}, metadata: {} };
    await backends.eventStore.append(stream, [unknown], { expected: 'any' });
    const after = {
      id: crypto.randomUUID(),
      type: 'ExecutionStarted',
      data: { attempt: 2, worker: 'w' },
      metadata: { schemaVersion: schemaVersionOf('ExecutionStarted') },
    };
    await backends.eventStore.append(stream, [after], { expected: 'any' });
    await addJob(backends.eventStore, 2, [0, 6]);
    expect(await projection.rebuild()).toEqual({ jobs: 2, failed: [1] });
    const [first, second] = await documents();
    expect(first?.executions.map(({ revision }) => revision)).toEqual([0, -1]);
    expect(second).toEqual(await truthOf(backends.eventStore, 2));
  });

  it('goes on past executions that no job requested, since a worker of a lost log wrote on, and names their jobs', async () => {
    const { eventStore } = backends;
    await addJob(eventStore, 1);
    await addJob(eventStore, 2, []);
    for (const [jobId, executionId] of [
      [2, 3],
      [7, 1],
    ] as const)
      for (const command of [start, completion(1)])
        await onExecution(eventStore, jobId, executionId, command);
    await addJob(eventStore, 3);
    expect(await projection.rebuild()).toEqual({ jobs: 3, failed: [2, 7] });
    expect(await documents()).toEqual(await truth(3));
    // The id that was not taken is closed, so that nothing of another job's is found under it.
    await expect(onJob(eventStore, 7, submission(7))).rejects.toMatchObject({ code: 'job_abandoned' });
    expect(await projection.rebuild()).toEqual({ jobs: 3, failed: [2, 7] });
  });

  it('does not take an execution for one that no job requested if only a read lacks its request', async () => {
    await addJob(backends.eventStore, 1);
    const read = backends.eventStore.read.bind(backends.eventStore);
    let behind = 3;
    vi.spyOn(backends.eventStore, 'read').mockImplementation((stream, options) =>
      stream === jobStream(1) && behind-- > 0 ? read('nothing') : read(stream, options),
    );
    const subscribe = backends.eventStore.subscribe.bind(backends.eventStore);
    vi.spyOn(backends.eventStore, 'subscribe').mockImplementation(async function* late(options) {
      for await (const step of subscribe(options)) if (step.event?.stream !== jobStream(1)) yield step;
    });
    expect(await projection.rebuild()).toEqual({ jobs: 1, failed: [] });
    expect(behind).toBeLessThan(0);
    expect(await documents()).toEqual(await truth(1));
  });

  it('goes on past a document that the store refuses, and names its job', async () => {
    for (const id of [1, 2, 3, 4, 5]) await addJob(backends.eventStore, id);
    interceptGeneration((generation) => ({
      ...generation,
      async replaceJobs(replacements) {
        const others = replacements.filter(({ view }) => view.id !== 3);
        const written = await generation.replaceJobs(others);
        if (others.length < replacements.length) throw new DocumentRefusedError([3]);
        return written;
      },
    }));
    expect(await projection.rebuild()).toEqual({ jobs: 4, failed: [3] });
    expect((await documents()).map(({ job }) => job.id)).toEqual([1, 2, 4, 5]);
  });

  it('waits for the upgrade if a later release wrote some of the log', async () => {
    await add(1, [0]);
    await settled();
    const later = {
      id: crypto.randomUUID(),
      type: 'ReceiptSigned',
      data: {},
      metadata: { schemaVersion: 1 },
    };
    await backends.eventStore.append(jobStream(1), [later], { expected: 'any' });
    const before = await documents();
    await expect(projection.rebuild()).rejects.toMatchObject({ name: 'LaterReleaseError' });
    expect(await documents()).toEqual(before);
  });

  it('ends when the projection is closed', async () => {
    await addMany(50);
    const rebuilt = projection.rebuild().catch((error: unknown) => error);
    await projection.close();
    expect(await rebuilt).toMatchObject({ name: 'AbortError' });
    projection = await createProjection({ ...backends, log });
    expect(await projection.rebuild()).toEqual({ jobs: 50, failed: [] });
    await settled();
    expect(await documents()).toEqual(await truth(50));
  });
});
