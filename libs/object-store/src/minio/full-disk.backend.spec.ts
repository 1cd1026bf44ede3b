import { join } from 'node:path';
import { type BackendKind, startBackend } from '@inkstream/native-stack';
import { mountSmallDisk } from '@inkstream/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesOf, generated } from '../contract/bodies.ts';
import { keysOf } from '../contract/subject.ts';
import { openMinioObjectStore } from './index.ts';
import { bucketOf } from './spec-support/minio.ts';

const MIB = 1024 * 1024;
const noRoom = { name: 'ObjectStoreFullError', transient: true, full: 'server' };

const disk = await mountSmallDisk(96);
afterAll(() => disk?.close());

// Without the right to mount, faults.int.spec.ts still shows what the adapter makes of such answers.
describe.runIf(disk).each<BackendKind>(['minio', 'versitygw'])('%s on a disk that is full', (kind) => {
  it('says so, reads, deletes, and goes on once there is room', { timeout: 120_000 }, async () => {
    const server = await startBackend(kind, { folder: join(disk?.folder ?? '', kind) });
    const store = await openMinioObjectStore(bucketOf(server.env));
    try {
      await store.put('jobs/1/files/1', generated(6 * MIB));
      await store.put('jobs/2/files/1', Buffer.from('kept'));
      await disk?.fill();
      await expect(store.put('jobs/3/files/1', generated(2 * MIB))).rejects.toMatchObject(noRoom);
      await expect(store.put('jobs/3/files/2', generated(12 * MIB))).rejects.toMatchObject(noRoom);
      await expect(store.ping()).rejects.toMatchObject(noRoom);
      expect((await bytesOf(await store.get('jobs/2/files/1'))).toString()).toBe('kept');
      await store.deletePrefix('jobs/1/');
      expect(await keysOf(store)).toEqual(['jobs/2/files/1']);

      await disk?.free();
      await expect
        .poll(() => store.put('jobs/3/files/1', generated(6 * MIB)).catch(() => null), { timeout: 60_000 })
        .not.toBeNull();
      await store.ping();
      expect(await keysOf(store)).toEqual(['jobs/2/files/1', 'jobs/3/files/1']);
    } finally {
      await disk?.free();
      await store.close();
      await server.close();
    }
  });
});
