import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onePixelPng } from '@inkstream/testing';
import { expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { startCommand } from './start-command.ts';

/** What others may touch, with its rights. A file that goes meanwhile is nobody's. */
async function openToOthers(folder: string): Promise<string[]> {
  const paths = ['', ...(await readdir(folder, { recursive: true }))];
  const modes = paths.map(async (path) => {
    const found = await stat(join(folder, path)).catch(() => null);
    return found && found.mode & 0o077 ? [`${path} ${(found.mode & 0o777).toString(8)}`] : [];
  });
  return (await Promise.all(modes)).flat();
}

it('npm start leaves nothing that others could read, whatever the umask: not while it runs, nor when it has ended', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'inkstream-start-'));
  const dataDir = join(parent, 'data');
  const umask = process.umask(0);
  try {
    const { url, stop } = await startCommand(dataDir);
    const api = createApi(() => url ?? '');
    const { bytes } = await onePixelPng();
    const id = await api.upload([{ bytes: new Uint8Array(bytes), provider: 'paddle-ocr-local' }]);
    await api.finished(id);
    const made = await readdir(dataDir);
    expect(made).toEqual(
      expect.arrayContaining(['inkstream.db-shm', 'inkstream.db-wal', 'lock.db', 'objects']),
    );
    expect(await openToOthers(dataDir)).toEqual([]);
    expect(await stop()).toBe(0);
    expect(await openToOthers(dataDir)).toEqual([]);
  } finally {
    process.umask(umask);
    await rm(parent, { recursive: true });
  }
});
