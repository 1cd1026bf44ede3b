import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NativeBackend, startMinio } from '@inkstream/native-stack';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, generated, sha256Of } from '../contract/bodies.ts';
import { infosOf, keysOf } from '../contract/subject.ts';
import type { ObjectStore } from '../object-store.ts';
import { openMinioObjectStore } from './index.ts';
import { bucketOf } from './spec-support/minio.ts';

const MIB = 1024 * 1024;
const transient = { name: 'ObjectStoreUnavailableError', transient: true };
const errorOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

/** As long as its first build takes. */
const START_LIMIT_MS = 600_000;

describe('the MinIO object store, whose server is killed and comes back', { timeout: 60_000 }, () => {
  let server: NativeBackend;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-minio-'));
    server = await startMinio({ folder });
  }, START_LIMIT_MS);
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  let store: ObjectStore;
  beforeEach(async () => {
    store = await openMinioObjectStore(bucketOf(server.env));
  });
  afterEach(() => store.close());

  it('fails a large put, and keeps the object that was there', async () => {
    await store.put('k', Buffer.from('old'));
    async function* interrupted() {
      yield* generated(11 * MIB);
      await server.kill();
      yield* generated(11 * MIB);
    }
    await expect(store.put('k', interrupted())).rejects.toMatchObject(transient);
    await expect(store.put('new', interrupted())).rejects.toMatchObject(transient);
    await expect(store.ping()).rejects.toMatchObject(transient);
    await server.restart();
    expect((await bytesOf(await store.get('k'))).toString()).toBe('old');
    expect(await keysOf(store)).toEqual(['k']);
  });

  it('keeps every object whose put resolved, whole, and no half of another', async () => {
    const bytes = 300_000;
    const hash = await sha256Of(generated(bytes));
    const done: string[] = [];
    const faults: unknown[] = [];
    const work = async (worker: number) => {
      for (let n = 0; faults.length === 0 || n === 0; n++) {
        const key = `jobs/${worker}/files/${n}`;
        const error = await errorOf(store.put(key, generated(bytes)));
        if (error) faults.push(error);
        else if (done.push(key) === 20) void server.kill();
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, worker) => work(worker)));
    for (const fault of faults) expect(fault).toMatchObject(transient);
    await server.restart();
    const stored = await infosOf(store, 'jobs/');
    expect(stored.map(({ key }) => key)).toEqual(expect.arrayContaining(done));
    for (const { key } of stored) expect(await sha256Of(await store.get(key))).toBe(hash);
  });

  it('fails a reader in the middle of an object', async () => {
    await store.put('k', generated(32 * MIB));
    const body = await store.get('k');
    await server.kill();
    expect(await errorOf(bytesOf(body))).toMatchObject(transient);
    await server.restart();
    expect(await sha256Of(await store.get('k'))).toBe(await sha256Of(generated(32 * MIB)));
  });
});
