import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '@inkstream/job-store';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { override } from '../spec-support/faulty.ts';
import { sweepOrphans } from './orphan-sweep.ts';

const HOUR = 3_600_000;
let folder: string;
let engines: Engines;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-sweep-'));
  engines = await openEngines({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
});
afterEach(async () => {
  await closeEngines(engines);
  await rm(folder, { recursive: true, force: true });
});

const put = (key: string) => engines.objects.put(key, Buffer.from('x'));
const keys = async () => (await Array.fromAsync(engines.objects.list(''))).map(({ key }) => key).toSorted();
const sweep = (inMs: number, orphanAgeMs = HOUR) =>
  sweepOrphans(
    { ...engines, now: () => new Date(Date.now() + inMs), orphanAgeMs },
    new AbortController().signal,
  );

async function submit(id: number) {
  const file = {
    originalName: 'a.jpg',
    mimeType: 'image/jpeg',
    bytes: 1,
    sha256: '0'.repeat(64),
    storageKey: `jobs/${id}/files/1`,
    provider: 'fake',
  };
  await put(file.storageKey);
  await execute(engines.eventStore, id, { type: 'SubmitJob', name: 'a', files: [file] });
}

test('objects of jobs that never were, or are deleted, are removed; those of living jobs stay', async () => {
  await submit(1);
  await submit(2);
  await execute(engines.eventStore, 2, { type: 'DeleteJob', force: true, reason: 'test' });
  await put('jobs/2/executions/1/result.json');
  await put('jobs/3/files/1');
  await put('jobs/3/files/2');
  await put('other/3/files/1');
  expect(await sweep(HOUR + 60_000)).toBe(4);
  expect(await keys()).toEqual(['jobs/1/files/1', 'other/3/files/1']);
});

test('objects younger than the threshold stay: their request may be under way', async () => {
  await put('jobs/1/files/1');
  expect(await sweep(HOUR - 60_000)).toBe(0);
  expect(await keys()).toEqual(['jobs/1/files/1']);
});

test('an object that a repeated request has put again meanwhile stays', async () => {
  await put('jobs/1/files/1');
  const { objects } = engines;
  const young = new Date(Date.now() + 2 * HOUR).toISOString();
  engines = {
    ...engines,
    objects: override(objects, {
      stat: async (key) => ({ ...(await objects.stat(key)), key, bytes: 1, modifiedAt: young }),
    }),
  };
  expect(await sweep(2 * HOUR)).toBe(0);
  expect(await keys()).toEqual(['jobs/1/files/1']);
});

test('what unfinished writes left behind is removed', async () => {
  const unfinished = join(folder, 'objects', '.tmp');
  await writeFile(join(unfinished, 'half'), 'x');
  await sweep(0, 0);
  expect(await readdir(unfinished)).toEqual([]);
});
