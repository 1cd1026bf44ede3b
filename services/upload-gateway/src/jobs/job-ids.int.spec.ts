import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { allocateJobId } from './job-ids.ts';

let folder: string;
let engines: Engines;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-ids-'));
  engines = await openEngines({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
});
afterEach(async () => {
  await closeEngines(engines);
  await rm(folder, { recursive: true, force: true });
});

test('ids count from 1, and concurrent ones differ', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => allocateJobId(engines.eventStore)));
  expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test('ids go on counting when the stream of allocations is cut, every thousand ids, to one event', async () => {
  const store = engines.eventStore;
  const allocations = Array.from({ length: 999 }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    type: 'JobIdAllocated',
    data: {},
    metadata: {},
  }));
  await store.append('jobIds', allocations, { expected: 'no_stream' });
  const kept = async () => (await Array.fromAsync(store.read('jobIds'))).length;
  expect(await allocateJobId(store)).toBe(1_000);
  expect(await kept()).toBe(1_000);
  expect(await allocateJobId(store)).toBe(1_001);
  expect(await kept()).toBe(1);
  expect(await allocateJobId(store)).toBe(1_002);
});
