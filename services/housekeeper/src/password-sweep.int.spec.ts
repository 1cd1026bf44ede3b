import { jobObjects, PASSWORDS } from '@inkstream/domain';
import { executeOnExecution, executeOnJob, keepPassword } from '@inkstream/job-store';
import { describe, expect, it } from 'vitest';
import { endOverdue } from './deadlines.ts';
import { sweepOrphans } from './orphan-sweep.ts';
import { sweepPasswords } from './password-sweep.ts';
import { begin, caller, remove } from './spec-support/jobs.ts';
import { DAY_MS, HOUR_MS, openWorld } from './spec-support/world.ts';

type World = Awaited<ReturnType<typeof openWorld>>;
const { signal } = new AbortController();
const deadlineMs = 7 * DAY_MS;

const sweep = async ({ eventStore, objects, now }: World, mayAct = () => true) =>
  sweepPasswords({ eventStore, objects, deadlineMs, mayAct }, await now(), signal);
const keys = async ({ objects }: World) =>
  (await Array.fromAsync(objects.list(PASSWORDS))).map(({ key }) => key).toSorted();
const keep = ({ objects }: World, place: { uid: string; jobId: number }) =>
  keepPassword({ objects, secrets: [Buffer.alloc(32)] }, 'hush', { ...place, fileId: 1 });

/** A job of one file with a password. */
async function submitLocked(world: World) {
  const upload = await begin(world.eventStore);
  const { uid, jobId } = upload;
  const key = await keep(world, upload);
  const file = {
    ...{ originalName: 'a.pdf', mimeType: 'application/pdf', bytes: 1, sha256: '0'.repeat(64) },
    ...{ storageKey: `${jobObjects(uid)}files/1`, providers: ['fake'], passwordKeys: [key] },
  };
  const command = { type: 'SubmitJob', uid, tenant: caller.tenant, name: 'a', files: [file] } as const;
  await executeOnJob(world.eventStore, jobId, command, { caller });
  return { ...upload, key };
}
const giveUp = ({ eventStore }: World, { uid, jobId }: { uid: string; jobId: number }) =>
  executeOnExecution(
    eventStore,
    { jobId, executionId: 1 },
    { type: 'GiveUpExecution', error: { code: 'worker_lost', message: 'died' } },
    { uid, caller },
  );

describe('passwords', () => {
  it('are erased at the deadline of their execution', async () => {
    await using world = await openWorld();
    await submitLocked(world);
    world.pass(deadlineMs + HOUR_MS);
    const { eventStore, objects, readModel, now } = world;
    const deps = { eventStore, objects, readModel, deadlineMs, mayAct: () => true };
    expect(await endOverdue(deps, await now(), signal)).toBe(1);
    expect(await keys(world)).toEqual([]);
  });

  it('that outlived their execution or their job are swept, others stay', async () => {
    await using world = await openWorld();
    const [alive, ended, deleted] = [
      await submitLocked(world),
      await submitLocked(world),
      await submitLocked(world),
    ];
    await giveUp(world, ended);
    await remove(world.eventStore, deleted.jobId);
    expect(await sweep(world)).toBe(2);
    expect(await keys(world)).toEqual([alive.key]);
  });

  it('that nothing was asked for with are left alone, since a read that does not show it proves nothing, until no execution could be that old', async () => {
    await using world = await openWorld();
    const job = await submitLocked(world);
    const unasked = await keep(world, job);
    const ofNoJob = await keep(world, await begin(world.eventStore));
    const ofAnother = await keep(world, { ...job, uid: '0193b3c0-0000-7000-8000-000000000000' });
    world.pass(deadlineMs - HOUR_MS);
    expect(await sweep(world)).toBe(0);
    expect(await keys(world)).toEqual([job.key, unasked, ofNoJob, ofAnother].toSorted());
    world.pass(2 * HOUR_MS);
    expect(await sweep(world)).toBe(4);
  });

  it('of an upload that became no job go with its files', async () => {
    await using world = await openWorld();
    const upload = await begin(world.eventStore);
    await keep(world, upload);
    world.pass(2 * HOUR_MS);
    const { eventStore, objects, now } = world;
    const deps = { eventStore, objects, orphanAgeMs: HOUR_MS, mayAct: () => true };
    expect(await sweepOrphans(deps, await now(), signal)).toBe(1);
    expect(await keys(world)).toEqual([]);
  });

  it('are swept by a housekeeper that runs, and by none whose turn it is not', async () => {
    await using world = await openWorld();
    const ended = await submitLocked(world);
    await giveUp(world, ended);
    await expect(sweep(world, () => false)).rejects.toThrow();
    expect(await keys(world)).toEqual([ended.key]);
    world.start();
    await expect.poll(() => keys(world)).toEqual([]);
  });
});
