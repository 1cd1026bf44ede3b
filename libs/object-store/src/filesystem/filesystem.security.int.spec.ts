import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openFilesystemObjectStore } from './index.ts';

it('nobody but their owner can read objects, unfinished ones and their folders, whatever the umask', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'inkstream-objects-'));
  const folder = join(parent, 'objects');
  const umask = process.umask(0);
  try {
    const store = await openFilesystemObjectStore({ folder });
    await store.put('jobs/1/files/1', Buffer.from('x'));
    const body = new PassThrough();
    const unfinished = store.put('jobs/1/files/2', body);
    await expect.poll(() => readdir(join(folder, '.tmp'))).toHaveLength(1);
    const modes: Record<string, string> = {};
    for (const path of await readdir(parent, { recursive: true }))
      modes[path.replace(/[-\da-f]{36}/, 'unfinished')] = (
        (await stat(join(parent, path))).mode & 0o777
      ).toString(8);
    expect(modes).toEqual({
      objects: '700',
      'objects/.tmp': '700',
      'objects/.tmp/unfinished': '600',
      'objects/jobs': '700',
      'objects/jobs/1': '700',
      'objects/jobs/1/files': '700',
      'objects/jobs/1/files/1': '600',
    });
    body.end();
    await unfinished;
  } finally {
    process.umask(umask);
    await rm(parent, { recursive: true });
  }
});
