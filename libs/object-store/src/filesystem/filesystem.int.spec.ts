import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, generated } from '../contract/bodies.ts';
import { keysOf } from '../contract/subject.ts';
import { objectStoreContract } from '../contract.ts';
import type { ObjectStore } from '../object-store.ts';
import { openFilesystemObjectStore } from './index.ts';

const MINUTE_MS = 60_000;

const makeFolder = () => mkdtemp(join(tmpdir(), 'inkstream-objects-'));

objectStoreContract('A folder', async () => {
  const folder = await makeFolder();
  const connect = () => openFilesystemObjectStore({ folder });
  return { store: await connect(), connect, remove: () => rm(folder, { recursive: true }) };
});

describe('the filesystem object store', () => {
  let folder: string;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = await makeFolder();
    store = await openFilesystemObjectStore({ folder });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const entries = () => readdir(folder, { recursive: true });
  const unavailable = { name: 'ObjectStoreUnavailableError', transient: true };

  it('leaves no file and no folder after failed puts and deletions', async () => {
    async function* failing() {
      yield* generated(100_000);
      throw new Error('gone');
    }
    await expect(store.put('jobs/1/files/1', failing())).rejects.toThrow('gone');
    await store.put('jobs/2/files/1', Buffer.from('x'));
    await store.delete('jobs/2/files/1');
    await store.put('jobs/3/files/1', Buffer.from('x'));
    await store.deletePrefix('jobs/3/');
    expect(await entries()).toEqual(['.tmp']);
  });

  it('sweeps unfinished puts once they are old enough', async () => {
    await writeFile(join(folder, '.tmp', 'left-by-a-crash'), 'half');
    await mkdir(join(folder, '.tmp', 'a-deletion', 'files'), { recursive: true });
    await store.sweepUnfinished(new Date(Date.now() - MINUTE_MS));
    expect(await readdir(join(folder, '.tmp'))).toHaveLength(2);
    await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  });

  it('fails a put whose unfinished file was swept away', async () => {
    const body = new PassThrough();
    body.write('half');
    const put = store.put('jobs/1/k', body);
    await expect.poll(() => readdir(join(folder, '.tmp'))).toHaveLength(1);
    await store.sweepUnfinished(new Date(Date.now() + MINUTE_MS));
    body.end();
    await expect(put).rejects.toMatchObject(unavailable);
    expect(await keysOf(store)).toEqual([]);
  });

  it('follows no link out of the folder', async () => {
    const outside = await makeFolder();
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(folder, 'linked'));
    await symlink(join(outside, 'secret'), join(folder, 'file'));
    for (const key of ['linked/secret', 'file']) {
      await expect(store.get(key)).rejects.toMatchObject({ name: 'ObjectNotFoundError' });
      await store.delete(key);
    }
    await expect(store.put('linked/new', Buffer.from('x'))).rejects.toMatchObject({
      name: 'InvalidKeyError',
    });
    await store.deletePrefix('linked/');
    expect(await keysOf(store)).toEqual([]);
    await store.put('file', Buffer.from('mine'));
    expect((await bytesOf(await store.get('file'))).toString()).toBe('mine');
    expect(await readdir(outside)).toEqual(['secret']);
    await rm(outside, { recursive: true });
  });

  it('refuses a key that is the folder of another one', async () => {
    await store.put('a/b', Buffer.from('x'));
    await expect(store.put('a', Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidKeyError' });
    await expect(store.put('a/b/c', Buffer.from('x'))).rejects.toMatchObject({ name: 'InvalidKeyError' });
    expect(await keysOf(store)).toEqual(['a/b']);
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  });

  it('is unavailable if its folder is gone or cannot be made', async () => {
    await rm(folder, { recursive: true });
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.put('k', Buffer.from('x'))).rejects.toMatchObject(unavailable);
    await writeFile(folder, 'a file');
    await expect(openFilesystemObjectStore({ folder })).rejects.toMatchObject(unavailable);
  });
});
