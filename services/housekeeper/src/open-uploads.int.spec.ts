import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventStore } from '@inkstream/event-store/sqlite';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JOB_IDS_STREAM, type OpenUpload, sweepOpenUploads } from './open-uploads.ts';

const HOUR = 3_600_000;
const never = new AbortController().signal;
let folder: string;
let engines: Engines;
/** What the event store's clock is ahead of this process's. */
let aheadMs: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-uploads-'));
  engines = await openEngines({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
  await engines.eventStore.close();
  const now = () => new Date(Date.now() + aheadMs);
  engines = {
    ...engines,
    eventStore: await openSqliteEventStore({ file: join(folder, 'inkstream.db'), now }),
  };
  aheadMs = 0;
});
afterEach(async () => {
  await closeEngines(engines);
  await rm(folder, { recursive: true });
});

/** Begins so many uploads, as the gateway does; returns them. */
async function begin(count: number): Promise<OpenUpload[]> {
  const uids = Array.from({ length: count }, () => randomUUID());
  const events = uids.map((uid) => ({
    id: randomUUID(),
    type: 'JobIdAllocated',
    data: { uid },
    metadata: {},
  }));
  const { revision } = await engines.eventStore.append(JOB_IDS_STREAM, events, { expected: 'any' });
  return uids.map((uid, n) => ({ uid, jobId: revision - count + 2 + n }));
}

const prefixOf = ({ uid }: OpenUpload) => `jobs/${uid}/`;
const store = (upload: OpenUpload) => engines.objects.put(`${prefixOf(upload)}files/1`, Buffer.from('x'));
const left = async () => (await Array.fromAsync(engines.objects.list('jobs/'))).map(({ key }) => key);

/** Sweeps; `orphaned` are the jobs of which nothing came. */
async function sweep(orphaned: readonly number[] = [], orphanAgeMs = HOUR) {
  const judged: number[] = [];
  const judge = async ({ jobId }: OpenUpload) => {
    judged.push(jobId);
    return orphaned.includes(jobId) ? 'orphaned' : 'alive';
  };
  const result = await sweepOpenUploads({ ...engines, orphanAgeMs, judge, prefixOf }, never);
  return { ...result, judged };
}

it('removes what an upload left of which no job came, once it is old, and touches no other', async () => {
  const [alive, orphan] = (await begin(2)) as [OpenUpload, OpenUpload];
  await store(alive);
  await store(orphan);
  expect(await sweep([orphan.jobId]), 'its request may be under way').toEqual({
    checked: 0,
    removed: 0,
    judged: [],
  });
  aheadMs = HOUR + 1_000;
  const [young] = (await begin(1)) as [OpenUpload];
  await store(young);
  expect(await sweep([orphan.jobId, young.jobId])).toEqual({ checked: 2, removed: 1, judged: [1, 2] });
  expect((await left()).sort()).toEqual([alive, young].map((one) => `${prefixOf(one)}files/1`).sort());
});

it('looks at each upload once, the last one apart, and ids go on where they were', async () => {
  await begin(1_200);
  aheadMs = HOUR + 1_000;
  expect(await sweep()).toMatchObject({ checked: 1_200 });
  expect((await sweep()).judged).toEqual([1_200]);
  expect((await begin(1))[0]?.jobId).toBe(1_201);
  aheadMs *= 2;
  expect((await sweep()).judged).toEqual([1_200, 1_201]);
});

it('goes by the clock of the event store, whatever that of its own machine says', async () => {
  aheadMs = -10 * HOUR;
  const [upload] = (await begin(1)) as [OpenUpload];
  await store(upload);
  expect(await sweep([upload.jobId]), 'begun just now, though ten hours ago by our clock').toMatchObject({
    checked: 0,
  });
  expect(await left()).toHaveLength(1);
});

it('ends with a fault and goes on there the next time: nothing is passed over', async () => {
  const uploads = await begin(3);
  for (const upload of uploads) await store(upload);
  aheadMs = HOUR + 1_000;
  const down = new Error('down');
  const judge = async ({ jobId }: OpenUpload) => {
    if (jobId === 2) throw down;
    return 'orphaned' as const;
  };
  const deps = { ...engines, orphanAgeMs: HOUR, judge, prefixOf };
  await expect(sweepOpenUploads(deps, never)).rejects.toBe(down);
  expect(await left()).toHaveLength(2);
  expect((await sweep([2, 3])).judged).toEqual([1, 2, 3]);
  expect(await left()).toEqual([]);
});

it('removes nothing once it is no longer its turn, though it was when it asked', async () => {
  const [upload] = (await begin(1)) as [OpenUpload];
  await store(upload);
  aheadMs = HOUR + 1_000;
  let mine = true;
  const judge = async () => {
    mine = false;
    return 'orphaned' as const;
  };
  const deps = { ...engines, orphanAgeMs: HOUR, judge, prefixOf, mayAct: () => mine };
  await expect(sweepOpenUploads(deps, never)).rejects.toThrow('no longer the turn');
  expect(await left()).toHaveLength(1);
});

it('costs next to nothing where nothing was uploaded, however many jobs there are', async () => {
  const jobs = 20_000;
  for (let done = 0; done < jobs; done += 1_000) await begin(1_000);
  aheadMs = HOUR + 1_000;
  const cpuOf = async () => {
    const before = process.cpuUsage();
    const { judged } = await sweep();
    const { user, system } = process.cpuUsage(before);
    return { judged: judged.length, ms: (user + system) / 1_000 };
  };
  const first = await cpuOf();
  const second = await cpuOf();
  expect(first.judged).toBe(jobs);
  expect(second.judged).toBe(1);
  expect(second.ms).toBeLessThan(500);
}, 300_000);
