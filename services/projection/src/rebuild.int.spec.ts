import { setTimeout } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC } from '@inkstream/contracts';
import { type JobView, jobStream, SCHEMA_VERSION } from '@inkstream/domain';
import { EventStoreUnavailableError, proveUnchanged } from '@inkstream/event-store';
import { execute, readJobView } from '@inkstream/job-store';
import type { Generation } from '@inkstream/read-model';
import { silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createProjection, type Projection, RebuildRunningError } from './index.ts';
import { commit, history, messagesOf, openTestEngines } from './spec-support/jobs.ts';

const log = silentLogger();

describe('a rebuild of the read model', () => {
  let engines: Awaited<ReturnType<typeof openTestEngines>>;
  let projection: Projection;
  beforeEach(async () => {
    engines = await openTestEngines();
    projection = await createProjection({ ...engines, log });
  });
  afterEach(async () => {
    await projection.close();
    await engines.remove();
  });

  /** Appends a job and publishes it, as the relay does. */
  const add = async (id: number, choices: readonly number[]) => {
    await commit(engines.eventStore, id, history(`Job ${id}`, choices));
    await engines.bus.publish(JOB_EVENTS_TOPIC, await messagesOf(engines.eventStore, id));
  };
  /** The same with many jobs, whose commits share their fsyncs. */
  const addMany = (count: number, choices: (id: number) => readonly number[]) =>
    Promise.all(Array.from({ length: count }, (_, n) => add(n + 1, choices(n + 1))));
  const publishLast = async (id: number) =>
    engines.bus.publish(JOB_EVENTS_TOPIC, (await messagesOf(engines.eventStore, id)).slice(-1));
  /** What the rebuild gets in place of a generation. */
  const interceptGeneration = (intercept: (generation: Generation) => Generation) => {
    const start = engines.readModel.startGeneration.bind(engines.readModel);
    vi.spyOn(engines.readModel, 'startGeneration').mockImplementation(async () => intercept(await start()));
  };
  const settled = () =>
    vi.waitFor(async () => expect(await engines.bus.lag(JOB_EVENTS_TOPIC, 'projection')).toBe(0), {
      timeout: 10_000,
      interval: 20,
    });
  const documents = async () => {
    const views: JobView[] = [];
    for await (const view of engines.readModel.all()) views.push(view);
    return views;
  };
  const truth = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => readJobView(engines.eventStore, n + 1)));

  it('makes the identical documents, those of deleted and truncated jobs included', async () => {
    await addMany(60, (id) => [id, id * 7, id * 31, id * 101]);
    await add(61, []);
    const { revision } = await execute(engines.eventStore, 61, {
      type: 'DeleteJob',
      force: true,
      reason: 'asked',
    });
    await engines.eventStore.truncate(jobStream(61), revision);
    await engines.bus.publish(JOB_EVENTS_TOPIC, await messagesOf(engines.eventStore, 61));
    await settled();
    const before = await documents();
    expect(await projection.rebuild()).toEqual({ jobs: 61 });
    expect(await documents()).toEqual(before);
    expect(before).toEqual(await truth(61));
  });

  it('goes on past fences, which are no events of a job', async () => {
    const errors = vi.spyOn(log, 'error');
    await add(1, []);
    const [head] = (await messagesOf(engines.eventStore, 1)).slice(-1);
    const revision = Number(head?.headers.ce_revision);
    await proveUnchanged(engines.eventStore, jobStream(1), revision);
    await proveUnchanged(engines.eventStore, jobStream(2), 'none');
    await execute(engines.eventStore, 1, { type: 'DeleteJob', force: true, reason: 'asked' });
    await publishLast(1);
    await settled();
    const before = await documents();
    expect(await projection.rebuild()).toEqual({ jobs: 1 });
    expect(await documents()).toEqual(before);
    expect(before).toEqual(await truth(1));
    expect(errors).not.toHaveBeenCalled();
  });

  it('puts right what was wrong', async () => {
    await add(1, [0]);
    await settled();
    const [view] = await documents();
    await engines.readModel.replace([
      { view: { ...view!, revision: 9, name: 'wrong' }, over: view!.revision },
    ]);
    await projection.rebuild();
    expect(await documents()).toEqual([view]);
  });

  it('misses nothing that happens meanwhile, and reads are served all along', async () => {
    const early = 300;
    await addMany(early, () => [0, 4]);
    await settled();
    interceptGeneration((generation) => ({
      ...generation,
      replace: (replacements) => setTimeout(20).then(() => generation.replace(replacements)),
    }));
    const rebuilt = projection.rebuild();
    let ended = false;
    void rebuilt.finally(() => {
      ended = true;
    });
    let id = early;
    let during = 0;
    while (!ended || id < early + 20) {
      await add(++id, [1, 5]);
      await execute(engines.eventStore, (id % early) + 1, {
        type: 'RequestExecution',
        fileId: 1,
        provider: `p${id}`,
        maxExecutions: 1_000,
      });
      await publishLast((id % early) + 1);
      if (!ended) during++;
      expect((await engines.readModel.get([1])).size).toBe(1);
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
        await execute(engines.eventStore, 1, {
          type: 'RequestExecution',
          fileId: 1,
          provider: 'x',
          maxExecutions: 1_000,
        });
        await publishLast(1);
        await settled();
        await generation.activate();
      },
    }));
    expect(await projection.rebuild()).toEqual({ jobs: 2 });
    expect(await documents()).toEqual(await truth(2));
  });

  it('is refused while another one runs, and allowed after it', async () => {
    await add(1, [0]);
    const first = projection.rebuild();
    await expect(projection.rebuild()).rejects.toBeInstanceOf(RebuildRunningError);
    await first;
    expect(await projection.rebuild()).toEqual({ jobs: 1 });
  });

  it('leaves the documents as they are where it fails, and can be run again', async () => {
    await add(1, [0]);
    await settled();
    const before = await documents();
    const discarded = vi.fn();
    interceptGeneration((generation) => ({
      ...generation,
      replace: () => Promise.reject(new EventStoreUnavailableError('not now')),
      discard: () => generation.discard().then(discarded),
    }));
    await expect(projection.rebuild()).rejects.toThrow('not now');
    expect(discarded).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
    expect(await documents()).toEqual(before);
    expect(await projection.rebuild()).toEqual({ jobs: 1 });
  });

  it('takes a job as far as its events are known, and leaves none of the others out', async () => {
    await add(1, [0]);
    const unknown = { id: crypto.randomUUID(), type: 'Nonsense', data: {}, metadata: { schemaVersion: 1 } };
    const { revision } = await engines.eventStore.append(jobStream(1), [unknown], { expected: 'any' });
    const after = { ...unknown, id: crypto.randomUUID(), type: 'ExecutionStarted' };
    const started = {
      ...after,
      data: { executionId: 1, attempt: 2, worker: 'w' },
      metadata: { schemaVersion: SCHEMA_VERSION },
    };
    await engines.eventStore.append(jobStream(1), [started], { expected: 'any' });
    await commit(engines.eventStore, 2, history('Job 2', [0, 4]));
    expect(await projection.rebuild()).toEqual({ jobs: 2 });
    const [first, second] = await documents();
    expect(first?.revision).toBe(revision - 1);
    expect(second).toEqual(await readJobView(engines.eventStore, 2));
  });

  it('ends when the projection is closed', async () => {
    await addMany(50, () => [0]);
    const rebuilt = projection.rebuild().catch((error: unknown) => error);
    await projection.close();
    expect(await rebuilt).toMatchObject({ name: 'AbortError' });
    projection = await createProjection({ ...engines, log });
    expect(await projection.rebuild()).toEqual({ jobs: 50 });
    await settled();
    expect(await documents()).toEqual(await truth(50));
  });
});
