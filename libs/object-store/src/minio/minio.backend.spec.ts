import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { backend } from '@inkstream/testing/backends';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, generated, sha256Of } from '../contract/bodies.ts';
import { keysOf } from '../contract/subject.ts';
import { objectStoreContract } from '../contract.ts';
import type { ObjectStore } from '../object-store.ts';
import { type MinioOptions, openMinioObjectStore } from './index.ts';
import { bareClient, bucketOf, removeBucket, unfinishedIn } from './spec-support/minio.ts';

const MINUTE_MS = 60_000;

const MIB = 1024 * 1024;
const { env } = await backend('minio');
const ownBucket = () => bucketOf(env);

/** A body of more than one part, which stalls after the first one. */
async function* stallingUntil(gate: Promise<unknown>) {
  yield* generated(6 * MIB);
  await gate;
}

objectStoreContract('MinIO', async () => {
  const options = ownBucket();
  const connect = () => openMinioObjectStore(options);
  return { store: await connect(), connect, remove: () => removeBucket(options) };
});

describe('the MinIO object store', () => {
  let options: MinioOptions;
  let store: ObjectStore;
  beforeEach(async () => {
    options = ownBucket();
    store = await openMinioObjectStore(options);
  });
  afterEach(async () => {
    await store.close();
    await removeBucket(options);
  });
  const unavailable = { name: 'ObjectStoreUnavailableError', transient: true };

  it('puts an object of up to one part in one request', async () => {
    let requests = 0;
    const count = () => requests++;
    subscribe('http.client.request.start', count);
    await store.put('receipt', generated(300_000));
    await store.put('part', generated(5 * MIB));
    unsubscribe('http.client.request.start', count);
    expect(requests).toBe(2);
    expect(await sha256Of(await store.get('part'))).toBe(await sha256Of(generated(5 * MIB)));
  });

  it('has the server refuse bytes that have another hash than they are said to have', async () => {
    const sha256 = () => '0'.repeat(64);
    await expect(store.put('receipt', generated(1_000), { sha256 })).rejects.toThrow(/sha256/i);
    expect(await keysOf(store)).toEqual([]);
  });

  it('leaves no unfinished upload when a large put fails or is aborted', async () => {
    const fault = new Error('gone');
    async function* failing() {
      yield* generated(12 * MIB);
      throw fault;
    }
    await expect(store.put('failing', failing())).rejects.toBe(fault);
    const controller = new AbortController();
    const body = generated(32 * MIB, (made) => made === 16 * MIB && controller.abort(fault));
    await expect(store.put('aborted', body, { signal: controller.signal })).rejects.toBe(fault);
    const during = new AbortController();
    const put = store.put('stalled', stallingUntil(new Promise(() => {})), { signal: during.signal });
    await expect.poll(() => unfinishedIn(options)).toEqual(['stalled']);
    during.abort(fault);
    await expect(put).rejects.toBe(fault);
    expect(await unfinishedIn(options)).toEqual([]);
    expect(await keysOf(store)).toEqual([]);
  });

  it('keeps large puts under the same key apart', async () => {
    const sizes = [11 * MIB, 12 * MIB, 13 * MIB];
    await Promise.all(sizes.map((bytes) => store.put('same', generated(bytes))));
    const hash = await sha256Of(await store.get('same'));
    const hashes = await Promise.all(sizes.map((bytes) => sha256Of(generated(bytes))));
    expect(hashes).toContain(hash);
    expect(await unfinishedIn(options)).toEqual([]);
  });

  it('sweeps unfinished uploads once they are old enough', async () => {
    await bareClient(options).initiateNewMultipartUpload(options.bucket, 'left/by/a-crash', {});
    await store.sweepUnfinished(new Date(Date.now() - MINUTE_MS));
    expect(await unfinishedIn(options)).toEqual(['left/by/a-crash']);
    await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
    expect(await unfinishedIn(options)).toEqual([]);
  });

  it('fails a put whose parts were swept away', async () => {
    const gate = Promise.withResolvers<void>();
    const put = store.put('k', stallingUntil(gate.promise));
    await expect.poll(() => unfinishedIn(options)).toEqual(['k']);
    await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
    gate.resolve();
    await expect(put).rejects.toMatchObject(unavailable);
    expect(await keysOf(store)).toEqual([]);
  });

  it('lists names that look like numbers as they are', async () => {
    const keys = ['-0', '007', '0x10', '1.50', '7.'];
    for (const key of keys) await store.put(key, Buffer.from(key));
    expect(await keysOf(store)).toEqual(keys);
  });

  it('is opened by many at once where there is no bucket yet', async () => {
    const fresh = ownBucket();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openMinioObjectStore(fresh)));
    await stores[0]?.put('k', Buffer.from('x'));
    expect((await bytesOf(await (stores[4] as ObjectStore).get('k'))).toString()).toBe('x');
    for (const one of stores) await one.close();
    await removeBucket(fresh);
  });

  it('is unavailable without its bucket, and with wrong credentials', async () => {
    await bareClient(options).removeBucket(options.bucket);
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject(unavailable);
    await expect(store.get('k')).rejects.toMatchObject(unavailable);
    const wrong = { ...options, secretKey: 'another-secret' };
    await expect(openMinioObjectStore(wrong)).rejects.toMatchObject(unavailable);
    await expect(openMinioObjectStore({ ...options, url: `${options.url}/path` })).rejects.toThrow(TypeError);
    const noName = openMinioObjectStore({ ...options, bucket: 'No Name' });
    await expect(noName).rejects.not.toMatchObject({ transient: true });
  });
});
