import { join } from 'node:path';
import { startMongo } from '@inkstream/native-stack';
import { mountSmallDisk } from '@inkstream/testing';
import { MongoServerError } from 'mongodb';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { addJobs, allIds, job } from '../contract/subject.ts';
import { LIST_LIMITS } from '../read-model.ts';
import { withReadModelErrors } from './faults.ts';
import { mongoClients } from './index.ts';
import { MongoReadModel } from './mongo-read-model.ts';

const disk = await mountSmallDisk(64);
afterAll(() => disk?.close());

// A real server refuses with OutOfDiskSpace what it can tell beforehand, and ends itself at a write that fails.
it('a server that says that its disk is full is a full store', async () => {
  const refused = new MongoServerError({
    message: 'available disk space is less than required',
    code: 14_031,
  });
  const full = { name: 'ReadModelFullError', transient: true, full: 'server' };
  await expect(withReadModelErrors(() => Promise.reject(refused))).rejects.toMatchObject(full);
});

// Without the right to mount nothing can be filled.
describe.runIf(disk)('the read model in the wire double of MongoDB on a disk that is full', () => {
  it('says so though it answers, reads, goes on once there is room, and has it all after a restart', {
    timeout: 120_000,
  }, async () => {
    const server = await startMongo({ folder: join(disk?.folder ?? '', 'mongodb') });
    const model = new MongoReadModel(mongoClients(server.env.MONGODB_URL ?? ''), LIST_LIMITS, undefined);
    try {
      expect(await addJobs(model, job(1))).toEqual([true]);
      await disk?.fill();
      const transient = { transient: true };
      await expect(addJobs(model, job(2))).rejects.toMatchObject(transient);
      await expect(model.ping()).rejects.toMatchObject(transient);
      expect(await allIds(model)).toEqual([1]);

      await disk?.free();
      await vi.waitFor(() => model.ping(), { timeout: 30_000 });
      expect(await addJobs(model, job(2))).toEqual([true]);
      expect(await allIds(model)).toEqual([1, 2]);

      await server.restart();
      await vi.waitFor(() => model.ping(), { timeout: 30_000 });
      expect(await allIds(model)).toEqual([1, 2]);
    } finally {
      await disk?.free();
      await model.close();
      await server.close();
    }
  });
});
