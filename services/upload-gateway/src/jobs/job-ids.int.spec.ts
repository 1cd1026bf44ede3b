import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { begunUploads, forgetUploadsBefore } from '@inkstream/job-store';
import { type Backends, closeBackends, openBackends, silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { jobIdAllocator } from './job-ids.ts';

const uid = '0193b3c0-0000-7000-8000-000000000000';
let folder: string;
let backends: Backends;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-ids-'));
  backends = await openBackends({ INKSTREAM_MODE: 'embedded', INKSTREAM_DATA_DIR: folder }, silentLogger());
});
afterEach(async () => {
  await closeBackends(backends);
  await rm(folder, { recursive: true, force: true });
});

test('ids count from 1, and concurrent ones differ, of one gateway and of several', async () => {
  const allocators = Array.from({ length: 3 }, () => jobIdAllocator(backends.eventStore));
  const ids = await Promise.all(Array.from({ length: 30 }, (_, n) => allocators[n % 3]?.(uid)));
  expect(ids.toSorted((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
});

test('ids asked for while others are allocated share an append, and fail with it alone', async () => {
  const { eventStore } = backends;
  const appends: number[] = [];
  const append: EventStore['append'] = (stream, events, options) => {
    appends.push(events.length);
    if (appends.length === 2) return Promise.reject(new EventStoreUnavailableError('down'));
    return eventStore.append(stream, events, options);
  };
  const allocate = jobIdAllocator({ append });
  const ids = await Promise.allSettled(Array.from({ length: 20 }, () => allocate(uid)));
  expect(appends).toEqual([1, 19]);
  expect(ids[0]).toEqual({ status: 'fulfilled', value: 1 });
  for (const id of ids.slice(1))
    expect(id).toMatchObject({ status: 'rejected', reason: { transient: true } });
  expect(await Promise.all([allocate(uid), allocate(uid)])).toEqual([2, 3]);
});

test('ids go on counting when the uploads before are forgotten, all but the last', async () => {
  const { eventStore } = backends;
  const allocate = jobIdAllocator(eventStore);
  const ids = await Promise.all(Array.from({ length: 5 }, () => allocate(uid)));
  await forgetUploadsBefore(eventStore, { jobId: 5, uid });
  expect(await Array.fromAsync(begunUploads(eventStore))).toMatchObject([{ jobId: 5, uid }]);
  expect([...ids, await allocate(uid)]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('every upload is known by its id and its uid before its first byte is stored', async () => {
  const { eventStore } = backends;
  const allocate = jobIdAllocator(eventStore);
  const uids = ['a', 'b', 'c'].map((digit) => uid.replace(/0$/, digit));
  const ids = await Promise.all(uids.map(allocate));
  const begun = (await Array.fromAsync(begunUploads(eventStore))).map(({ recordedAt: _, ...one }) => one);
  expect(begun).toEqual(uids.map((one, n) => ({ jobId: ids[n], uid: one })));
});
