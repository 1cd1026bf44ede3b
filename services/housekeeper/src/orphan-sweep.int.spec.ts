import { jobObjects } from '@inkstream/domain';
import { begunUploads, executeOnJob, moveUpload } from '@inkstream/job-store';
import { describe, expect, it } from 'vitest';
import { sweepOrphans } from './orphan-sweep.ts';
import { begin, caller, remove, submit } from './spec-support/jobs.ts';
import { HOUR_MS, openWorld } from './spec-support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const { signal } = new AbortController();

const sweep = async ({ eventStore, objects, now }: World, mayAct = () => true) =>
  sweepOrphans({ eventStore, objects, orphanAgeMs: HOUR_MS, mayAct }, await now(), signal);
const put = ({ objects }: World, { uid }: { uid: string }, name = 'files/1') =>
  objects.put(`${jobObjects(uid)}${name}`, Buffer.from('x'));
const keys = async ({ objects }: World) =>
  (await Array.fromAsync(objects.list(''))).map(({ key }) => key).toSorted();

describe('the orphan sweep', () => {
  it('removes the objects of uploads that became no job, or whose job is deleted; those of living jobs stay', async () => {
    await using world = await openWorld();
    const alive = await submit(world.eventStore);
    const deleted = await submit(world.eventStore);
    await remove(world.eventStore, deleted.jobId);
    const broken = await begin(world.eventStore);
    for (const upload of [alive, deleted, broken]) await put(world, upload);
    await put(world, deleted, 'executions/1/result.json');
    await put(world, broken, 'files/2');
    world.pass(2 * HOUR_MS);
    expect(await sweep(world)).toBe(4);
    expect(await keys(world)).toEqual([`jobs/${alive.uid}/files/1`]);
  });

  it('leaves uploads alone that are younger by the store’s clock: they may be under way', async () => {
    await using world = await openWorld();
    const upload = await begin(world.eventStore);
    await put(world, upload);
    world.pass(HOUR_MS / 2);
    expect(await sweep(world)).toBe(0);
    expect((await submit(world.eventStore, ['fake'], upload)).jobId).toBe(upload.jobId);
    world.pass(HOUR_MS);
    expect(await sweep(world)).toBe(0);
    expect(await keys(world)).toHaveLength(1);
  });

  it('makes an upload that comes after it be refused, and never a job without its files', async () => {
    await using world = await openWorld();
    const upload = await begin(world.eventStore);
    await put(world, upload);
    world.pass(2 * HOUR_MS);
    expect(await sweep(world)).toBe(1);
    await expect(submit(world.eventStore, ['fake'], upload)).rejects.toMatchObject({ code: 'job_abandoned' });
    await expect(moveUpload(world.eventStore, upload, 99)).rejects.toMatchObject({ name: 'StaleReadError' });
  });

  it('leaves the files of an upload that is the job of another one’s id', async () => {
    await using world = await openWorld();
    const first = await begin(world.eventStore);
    const repeat = await begin(world.eventStore);
    await put(world, first);
    await put(world, repeat);
    await moveUpload(world.eventStore, repeat, first.jobId);
    await submit(world.eventStore, ['fake'], { uid: repeat.uid, jobId: first.jobId });
    world.pass(2 * HOUR_MS);
    expect(await sweep(world)).toBe(1);
    expect(await keys(world)).toEqual([`jobs/${repeat.uid}/files/1`]);
  });

  it('touches no object of which the log of uploads knows nothing: an older log was restored', async () => {
    await using world = await openWorld();
    await using lost = await openWorld();
    const acknowledged = await Promise.all(Array.from({ length: 5 }, () => submit(lost.eventStore)));
    for (const one of acknowledged) await put(world, one);
    // The same ids, given again.
    const given = await Promise.all([begin(world.eventStore), submit(world.eventStore)]);
    expect(given.map(({ jobId }) => jobId)).toEqual([1, 2]);
    for (const one of given) await put(world, one);
    world.pass(2 * HOUR_MS);
    expect(await sweep(world)).toBe(1);
    expect(await keys(world)).toHaveLength(6);
  });

  it('reads no stream of a job twice: it costs what was uploaded since', async () => {
    await using world = await openWorld();
    for (let n = 0; n < 30; n++) await submit(world.eventStore);
    world.pass(2 * HOUR_MS);
    await sweep(world);
    expect(await Array.fromAsync(begunUploads(world.eventStore))).toHaveLength(1);
    let reads = 0;
    const { eventStore } = world;
    const counting = Object.assign(Object.create(eventStore), {
      read: (...args: Parameters<typeof eventStore.read>) => {
        if (args[0].startsWith('ocrJob-')) reads++;
        return eventStore.read(...args);
      },
      append: eventStore.append.bind(eventStore),
      truncate: eventStore.truncate.bind(eventStore),
    });
    expect(await sweep({ ...world, eventStore: counting })).toBe(0);
    expect(reads).toBeLessThanOrEqual(1);
    expect((await begin(eventStore)).jobId).toBe(31);
  });

  it('comes back for an upload whose fate a node that lags does not show', async () => {
    await using world = await openWorld();
    const upload = await submit(world.eventStore);
    await put(world, upload);
    const { eventStore } = world;
    const lagging = Object.assign(Object.create(eventStore), {
      read: (...args: Parameters<typeof eventStore.read>) =>
        args[0].startsWith('ocrJob-') ? (async function* () {})() : eventStore.read(...args),
      append: eventStore.append.bind(eventStore),
      truncate: eventStore.truncate.bind(eventStore),
    });
    world.pass(2 * HOUR_MS);
    await expect(sweep({ ...world, eventStore: lagging })).rejects.toMatchObject({ name: 'StaleReadError' });
    expect(await keys(world)).toHaveLength(1);
    await remove(eventStore, upload.jobId);
    expect(await sweep(world)).toBe(1);
  });

  it('takes an upload for old that another one follows which is, whatever a clock that was ahead said', async () => {
    await using world = await openWorld();
    const { eventStore } = world;
    const ahead = await begin(eventStore);
    await begin(eventStore);
    await put(world, ahead);
    const read = (...args: Parameters<typeof eventStore.read>) =>
      (async function* () {
        for await (const event of eventStore.read(...args))
          yield event.stream === 'jobIds' && event.revision === 0
            ? { ...event, recordedAt: '2999-01-01T00:00:00.000Z' }
            : event;
      })();
    const jumped = Object.assign(Object.create(eventStore), {
      read,
      append: eventStore.append.bind(eventStore),
      truncate: eventStore.truncate.bind(eventStore),
    });
    world.pass(2 * HOUR_MS);
    expect(await sweep({ ...world, eventStore: jumped })).toBe(1);
  });

  it('removes nothing once it is another housekeeper’s turn', async () => {
    await using world = await openWorld();
    await put(world, await begin(world.eventStore));
    world.pass(2 * HOUR_MS);
    await expect(sweep(world, () => false)).rejects.toThrow('turn');
    expect(await keys(world)).toHaveLength(1);
  });

  it('leaves the job of an upload to the deletion of its client', async () => {
    await using world = await openWorld();
    const { jobId } = await submit(world.eventStore);
    world.pass(2 * HOUR_MS);
    await sweep(world);
    const command = { type: 'DeleteJob', executions: new Map(), force: true, reason: 'test' } as const;
    await expect(executeOnJob(world.eventStore, jobId, command, { caller })).resolves.toMatchObject({
      state: { status: 'deleted' },
    });
  });
});
