import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { down, up } from './stack.ts';

it('nobody but its owner can read the state with its credentials, nor the data of backends, whatever the umask and what was there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-stack-'));
  const folders = { state: join(folder, 'state'), data: join(folder, 'data', 'stack') };
  const modeOf = async (path: string) => ((await stat(join(folder, path))).mode & 0o777).toString(8);
  const umask = process.umask(0);
  try {
    await mkdir(folders.state);
    await mkdir(join(folders.data, 'eventstoredb'), { recursive: true });
    for (const file of ['stack.env', 'stack.json']) await writeFile(join(folders.state, file), '[]');
    await up(folders, () => {}, ['eventstoredb']);
    expect((await readdir(folders.state)).toSorted()).toEqual(['stack.env', 'stack.json']);
    for (const path of ['state', 'data/stack/eventstoredb']) expect(await modeOf(path), path).toBe('700');
    for (const path of ['state/stack.env', 'state/stack.json', 'data/stack/eventstoredb/backend.log'])
      expect(await modeOf(path), path).toBe('600');
  } finally {
    process.umask(umask);
    await down(folders);
    await rm(folder, { recursive: true });
  }
});
