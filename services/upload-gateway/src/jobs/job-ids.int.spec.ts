import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { closeEngines, type Engines, openEngines, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobIdAllocator } from './job-ids.ts';

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

test('ids count from 1, and concurrent ones differ, of one gateway and of several', async () => {
  const allocators = Array.from({ length: 3 }, () => jobIdAllocator(engines.eventStore));
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => allocators[n % 3]?.()));
  expect(ids.toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
});

test('ids asked for while others are allocated share an append, and fail with it alone', async () => {
  const { eventStore } = engines;
  const appends: number[] = [];
  const append: EventStore['append'] = (stream, events, options) => {
    appends.push(events.length);
    if (appends.length === 2) return Promise.reject(new EventStoreUnavailableError('down'));
    return eventStore.append(stream, events, options);
  };
  const truncate: EventStore['truncate'] = (...args) => eventStore.truncate(...args);
  const allocate = jobIdAllocator({ ...eventStore, append, truncate });
  const ids = await Promise.allSettled(Array.from({ length: 20 }, allocate));
  expect(appends).toEqual([1, 19]);
  expect(ids[0]).toEqual({ status: 'fulfilled', value: 1 });
  for (const id of ids.slice(1))
    expect(id).toMatchObject({ status: 'rejected', reason: { transient: true } });
  expect(await Promise.all([allocate(), allocate()])).toEqual([2, 3]);
});

test('ids go on counting when the stream of allocations is cut, every thousand ids, to one event', async () => {
  const store = engines.eventStore;
  const allocate = jobIdAllocator(store);
  const allocations = Array.from({ length: 999 }, (_, index) => ({
    id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    type: 'JobIdAllocated',
    data: {},
    metadata: {},
  }));
  await store.append('jobIds', allocations, { expected: 'no_stream' });
  const kept = async () => (await Array.fromAsync(store.read('jobIds'))).length;
  expect(await allocate()).toBe(1_000);
  expect(await kept()).toBe(1_000);
  expect(await allocate()).toBe(1_001);
  expect(await kept()).toBe(1);
  expect(await allocate()).toBe(1_002);
});

test('ids go on counting when the stream is cut in the middle of a shared append', async () => {
  const store = engines.eventStore;
  const allocate = jobIdAllocator(store);
  const ids = await Promise.all(Array.from({ length: 1_500 }, allocate));
  expect(new Set(ids).size).toBe(1_500);
  expect((await Array.fromAsync(store.read('jobIds'))).length).toBe(1);
  expect(await allocate()).toBe(1_501);
});
