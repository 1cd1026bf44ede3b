import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExecutionView, executionObjects, executionStream, jobObjects } from '@inkstream/domain';
import { executeOnExecution, readWholeJob } from '@inkstream/job-store';
import { closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endOverdue } from './deadlines.ts';
import { caller, remove, start, submit } from './spec-support/jobs.ts';
import { DAY_MS, openWorld } from './spec-support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const { signal } = new AbortController();
const STALE_UID = '0193b3c0-0000-7000-8000-000000000000';

const look = async ({ eventStore, objects, readModel, now }: World, mayAct = () => true) =>
  endOverdue({ eventStore, objects, readModel, deadlineMs: 7 * DAY_MS, mayAct }, await now(), signal);
const executionsOf = async ({ eventStore }: World, jobId: number) =>
  (await readWholeJob(eventStore, jobId))?.executions.map(({ status, error }) => ({ status, error })) ?? [];

/** A read model that has these and no others. */
const listing = (views: readonly ExecutionView[]) => ({
  unfinishedExecutions: async (_before: string, _limit: number, after?: ExecutionView) =>
    after === undefined ? [...views] : [],
});

/** A page as that attempt has stored it. */
const boughtIn = (attempt: number): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify({ attempt, usage: { pages: 1 }, cost: { amount: '0.01', currency: 'USD' }, page: {} }),
  );

/** Has the first attempt at a job's first execution hand it over to `better`. Returns its reading. */
async function handOver({ eventStore }: World, { jobId, uid }: { jobId: number; uid: string }) {
  const reading = {
    ...{ resultKey: `${executionObjects(uid, 1)}result-1.json`, resultBytes: 1 },
    ...{ resultSha256: '0'.repeat(64), pages: 1, model: 'm', durationMs: 1 },
  };
  const document = { mimeType: 'image/png', bytes: 1, sha256: '0'.repeat(64), storageKey: 'k' };
  const handover = {
    type: 'HandOverExecution',
    attempt: 1,
    to: 'better',
    reading,
    because: [{ reason: 'missing', field: 'total' }],
    asked: { revision: 1, fileId: 1, document },
  } as const;
  await executeOnExecution(eventStore, { jobId, executionId: 1 }, handover, { uid, caller });
  return reading;
}

describe('the deadline of executions', () => {
  it('ends one that nobody took in the trace of its request', async () => {
    const telemetry = recordTelemetry();
    onTestFinished(() => telemetry.close());
    await using world = await openWorld();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const { jobId } = await submit(world.eventStore, ['gone'], undefined, `00-${trace}-b7ad6b7169203331-01`);
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(1);
    const ended = telemetry.spans().find(({ name }) => name === 'end overdue execution');
    expect([ended?.traceId, ended?.parentId]).toEqual([trace, 'b7ad6b7169203331']);
    expect(ended?.attributes).toMatchObject({ 'inkstream.job.id': jobId, 'inkstream.provider': 'gone' });
    const stream = executionStream({ jobId, executionId: 1 });
    for await (const { metadata } of world.eventStore.read(stream))
      expect(metadata.traceparent).toBe(`00-${trace}-${ended?.spanId}-01`);
  });

  it('ends those that their provider never took, and those that it never finished, and says which', async () => {
    await using world = await openWorld();
    const job = await submit(world.eventStore, ['gone', 'slow']);
    await start(world.eventStore, job, 2);
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(2);
    expect(await executionsOf(world, job.jobId)).toEqual([
      {
        status: 'failed',
        error: {
          code: 'deadline_exceeded',
          message: "Provider 'gone' did not take it within 7 days",
        },
      },
      {
        status: 'failed',
        error: {
          code: 'deadline_exceeded',
          message: "Provider 'slow' took it, and did not finish within 7 days",
        },
      },
    ]);
    expect(await look(world)).toBe(0);
  });

  it('leaves nothing that attempts have left of them, of whose pages it says what they had cost', async () => {
    await using world = await openWorld();
    const { eventStore, objects } = world;
    const job = await submit(eventStore, ['slow', 'other']);
    await start(eventStore, job, 1);
    const bytes = boughtIn(1);
    const [own, others] = [1, 2].map((id) => executionObjects(job.uid, id));
    for (const key of ['pages/1.json', 'pages/2.json', 'pages/3.note', 'raw-1.json'])
      await objects.put(`${own}${key}`, bytes);
    await executeOnExecution(
      eventStore,
      { jobId: job.jobId, executionId: 2 },
      { type: 'StartExecution', attempt: 1, worker: 'w' },
      { uid: job.uid, caller },
    );
    const result = { resultKey: `${others}result-1.json`, resultBytes: 1, resultSha256: '0'.repeat(64) };
    await executeOnExecution(
      eventStore,
      { jobId: job.jobId, executionId: 2 },
      { type: 'CompleteExecution', attempt: 1, ...result, pages: 1, model: 'm', durationMs: 1 },
      { uid: job.uid, caller },
    );
    await objects.put(result.resultKey, bytes);
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(1);
    const left = await Array.fromAsync(objects.list(jobObjects(job.uid)));
    expect(left.map(({ key }) => key)).toEqual([result.resultKey]);
    const stream = executionStream({ jobId: job.jobId, executionId: 1 });
    expect((await Array.fromAsync(eventStore.read(stream))).at(-1)).toMatchObject({
      type: 'ExecutionFailed',
      data: { usage: { pages: 2 }, cost: { amount: '0.02', currency: 'USD' } },
    });
  });

  it('ends one that was handed over with the reading that there is, and says who did not read it', async () => {
    await using world = await openWorld();
    const job = await submit(world.eventStore, ['first']);
    await start(world.eventStore, job);
    const reading = await handOver(world, job);
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(1);
    const message = "Provider 'better' did not take it within 7 days";
    const [execution] = (await readWholeJob(world.eventStore, job.jobId))?.executions ?? [];
    expect(execution).toMatchObject({
      ...{ status: 'completed', error: null },
      result: { ...reading, readIn: 1, despite: { code: 'deadline_exceeded', message } },
    });
  });

  it('keeps the reading that it ends with, and the answer beside it, and says what pages of the next provider had cost', async () => {
    await using world = await openWorld();
    const { eventStore, objects } = world;
    const job = await submit(eventStore, ['first']);
    await start(eventStore, job);
    const { resultKey } = await handOver(world, job);
    const key = { jobId: job.jobId, executionId: 1 };
    const second = { type: 'StartExecution', attempt: 2, after: 1, worker: 'w' } as const;
    await executeOnExecution(eventStore, key, second, { uid: job.uid, caller });
    const own = executionObjects(job.uid, 1);
    await objects.put(resultKey, boughtIn(1));
    for (const name of ['raw-1.json', 'result-2.json', 'raw-2.json', 'pages/1.json', 'pages/2.note'])
      await objects.put(`${own}${name}`, boughtIn(1));
    for (const name of ['1.json', '2.json', '3.note'])
      await objects.put(`${own}pages/after-1/${name}`, boughtIn(2));
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(1);
    const left = await Array.fromAsync(objects.list(jobObjects(job.uid)));
    expect(left.map(({ key }) => key).toSorted()).toEqual([`${own}raw-1.json`, resultKey]);
    expect((await Array.fromAsync(eventStore.read(executionStream(key)))).at(-1)).toMatchObject({
      type: 'ExecutionCompleted',
      data: { readIn: 1, usage: { pages: 2 }, cost: { amount: '0.02', currency: 'USD' } },
    });
  });

  it('leaves alone what is younger, what has ended, and what is deleted', async () => {
    await using world = await openWorld();
    const ended = await submit(world.eventStore);
    await start(world.eventStore, ended);
    await executeOnExecution(
      world.eventStore,
      { jobId: ended.jobId, executionId: 1 },
      { type: 'FailExecution', attempt: 1, error: { code: 'corrupt_document', message: 'no' } },
      { uid: ended.uid, caller },
    );
    const deleted = await submit(world.eventStore);
    const young = await submit(world.eventStore);
    // A read model that knows nothing of what came after the requests.
    const views = await world.readModel.unfinishedExecutions('9', 10);
    const all = [ended, deleted, young].map((job) => ({ ...views[0]!, ...job, id: 1 }));
    const behind = { ...world, readModel: listing(all) };
    await remove(world.eventStore, deleted.jobId);
    world.pass(6 * DAY_MS);
    expect(await look(behind)).toBe(0);
    world.pass(2 * DAY_MS);
    expect(await look(behind)).toBe(1);
    expect(await executionsOf(world, ended.jobId)).toMatchObject([{ error: { code: 'corrupt_document' } }]);
    expect(await executionsOf(world, young.jobId)).toMatchObject([{ error: { code: 'deadline_exceeded' } }]);
    const streams = await Array.fromAsync(
      world.eventStore.read(executionStream({ jobId: deleted.jobId, executionId: 1 })),
    );
    expect(streams).toEqual([]);
  });

  it('ends nothing of a job that has the id of another one, which the read model remembers of a lost log', async () => {
    await using world = await openWorld();
    const job = await submit(world.eventStore);
    const [view] = await world.readModel.unfinishedExecutions('9', 1);
    const stale = [{ ...view!, uid: STALE_UID }];
    world.pass(8 * DAY_MS);
    expect(await look({ ...world, readModel: listing(stale) })).toBe(0);
    expect(await executionsOf(world, job.jobId)).toMatchObject([{ status: 'pending' }]);
  });

  it('ends an execution though a worker of a lost log wrote to the stream that it has now', async () => {
    await using world = await openWorld();
    const job = await submit(world.eventStore);
    const stream = executionStream({ jobId: job.jobId, executionId: 1 });
    const event = (type: string, data: object) => ({
      id: crypto.randomUUID(),
      type,
      data: { ...data },
      metadata: { schemaVersion: 1, uid: STALE_UID, ...caller },
    });
    const result = { resultKey: `jobs/${STALE_UID}/x`, resultBytes: 1, resultSha256: '0'.repeat(64) };
    await world.eventStore.append(
      stream,
      [
        event('ExecutionStarted', { attempt: 1, worker: 'w' }),
        event('ExecutionCompleted', { attempt: 1, ...result, pages: 1, model: 'm', durationMs: 1 }),
      ],
      { expected: 'no_stream' },
    );
    expect(await executionsOf(world, job.jobId)).toMatchObject([{ status: 'pending' }]);
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(1);
    expect(await executionsOf(world, job.jobId)).toMatchObject([
      { status: 'failed', error: { message: "Provider 'fake' did not take it within 7 days" } },
    ]);
  });

  it('ends all others if the streams of one cannot be read, and fails for that one', async () => {
    await using world = await openWorld();
    const unreadable = await submit(world.eventStore);
    const other = await submit(world.eventStore);
    const listed = await world.readModel.unfinishedExecutions('9', 10);
    const event = { id: crypto.randomUUID(), type: 'ExecutionPraised', data: {} };
    const metadata = { schemaVersion: 1, uid: unreadable.uid, ...caller };
    const stream = executionStream({ jobId: unreadable.jobId, executionId: 1 });
    await world.eventStore.append(stream, [{ ...event, metadata }], { expected: 'any' });
    world.pass(8 * DAY_MS);
    const readModel = listing(listed);
    await expect(look({ ...world, readModel })).rejects.toThrow('ExecutionPraised');
    expect(await executionsOf(world, other.jobId)).toMatchObject([{ error: { code: 'deadline_exceeded' } }]);
  });

  it('looks at more than a page of them in one look', async () => {
    await using world = await openWorld();
    await submit(world.eventStore, Array(600).fill('gone'));
    world.pass(8 * DAY_MS);
    expect(await look(world)).toBe(600);
  });

  it('reaches the youngest of them, though thousands before it never end since their jobs are lost', async () => {
    await using world = await openWorld();
    const { jobId, uid } = await submit(world.eventStore);
    const [real] = await world.readModel.unfinishedExecutions('9', 1);
    const folder = await mkdtemp(join(tmpdir(), 'inkstream-deadlines-'));
    const config = { INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder } as const;
    const { readModel } = await openBackends(config, silentLogger(), ['readModel']);
    const lost = Array.from({ length: 12_000 }, (_, n) => {
      const createdAt = new Date(Date.parse(real!.createdAt) - 1 - (n % 7)).toISOString();
      return { ...real!, uid: STALE_UID, createdAt, jobId: 1_000 + Math.floor(n / 500), id: n };
    });
    await readModel.replaceExecutions([...lost, real!].map((view) => ({ view, over: null })));
    world.pass(8 * DAY_MS);
    expect(await look({ ...world, readModel })).toBe(1);
    expect(await executionsOf(world, jobId)).toMatchObject([{ status: 'failed' }]);
    expect((await readWholeJob(world.eventStore, jobId))?.job.uid).toBe(uid);
    await closeBackends({ readModel });
    await rm(folder, { recursive: true });
  });

  it('begins nothing once it is another housekeeper’s turn', async () => {
    await using world = await openWorld();
    const { jobId } = await submit(world.eventStore);
    world.pass(8 * DAY_MS);
    await expect(look(world, () => false)).rejects.toThrow('turn');
    expect(await executionsOf(world, jobId)).toMatchObject([{ status: 'pending' }]);
  });
});
