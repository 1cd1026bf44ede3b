import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { bytesOf, generated } from './contract/bodies.ts';
import { keysOf } from './contract/subject.ts';
import { objectStoreContract } from './contract.ts';
import { openFilesystemObjectStore } from './filesystem/index.ts';
import type { ObjectStore } from './object-store.ts';
import { withByteBudget } from './with-byte-budget.ts';

const MIB = 1024 * 1024;

objectStoreContract('A folder whose puts and reads share a budget', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-objects-'));
  const connect = async () =>
    withByteBudget(await openFilesystemObjectStore({ folder }), new ByteBudget({ bytes: MIB }));
  return { store: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

describe('a store with a budget of bytes', () => {
  let folder: string;
  let budget: ByteBudget;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkstream-objects-'));
    budget = new ByteBudget({ bytes: MIB, waitMs: 20_000 });
    store = withByteBudget(await openFilesystemObjectStore({ folder }), budget);
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });

  it('holds no more than that however many put and read at once, and all of them end', async () => {
    let most = 0;
    const watch = () => {
      most = Math.max(most, budget.held);
    };
    const keys = Array.from({ length: 30 }, (_, n) => `k/${n}`);
    await Promise.all(keys.map((key) => store.put(key, generated(MIB, watch))));
    await Promise.all(keys.map(async (key) => expect(await bytesOf(await store.get(key))).toHaveLength(MIB)));
    expect(most).toBeGreaterThan(MIB / 2 - 1);
    expect(most).toBeLessThanOrEqual(MIB);
    expect(budget.held).toBe(0);
  });

  it('releases what a failed put held, and a read that nobody ended', async () => {
    async function* failing() {
      yield Buffer.from('half');
      throw new Error('gone');
    }
    await expect(store.put('k', failing())).rejects.toThrow('gone');
    await expect(store.get('k')).rejects.toMatchObject({ name: 'ObjectNotFoundError' });
    await store.put('k', Buffer.from('kept'));
    (await store.get('k')).destroy();
    await expect.poll(() => budget.held).toBe(0);
  });

  it('reserves no more than a body has, and destroys one that waited in vain', async () => {
    budget = new ByteBudget({ bytes: MIB, waitMs: 50 });
    store = withByteBudget(await openFilesystemObjectStore({ folder }), budget);
    const open = Array.from({ length: 4 }, () => new PassThrough());
    const puts = open.map((body, n) => store.put(`k/${n}`, body, { atMostBytes: MIB / 4 }));
    expect(budget.held).toBe(MIB);
    const body = new PassThrough();
    await expect(store.put('late', body)).rejects.toMatchObject({ name: 'ObjectStoreBusyError' });
    expect(body.destroyed).toBe(true);
    for (const stream of open) stream.end('x');
    await Promise.all(puts);
    expect((await keysOf(store)).length).toBe(4);
  });
});
