import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { cached } from './cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-cache-'));
  vi.stubEnv('INKSTREAM_BACKENDS_DIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

it('builds once if several want it at the same moment', async () => {
  let built = 0;
  const build = async (draft: string) => {
    built++;
    await sleep(300);
    await writeFile(join(draft, 'backend'), 'whole');
  };
  const folders = await Promise.all([1, 2, 3].map(() => cached('backend', 'recipe', build)));
  expect(built).toBe(1);
  expect(new Set(folders).size).toBe(1);
  expect(await readFile(join(folders[0] ?? '', 'backend'), 'utf8')).toBe('whole');
  expect(await cached('backend', 'recipe', build)).toBe(folders[0]);
  expect(built).toBe(1);
});

it('keeps nothing of a build that failed, and builds again the next time', async () => {
  const broken = cached('backend', 'recipe', async (draft) => {
    await writeFile(join(draft, 'backend'), 'half');
    throw new Error('the network went away');
  });
  await expect(broken).rejects.toThrow('the network went away');
  const home = await cached('backend', 'recipe', async (draft) => {
    expect(existsSync(join(draft, 'backend'))).toBe(false);
    await writeFile(join(draft, 'backend'), 'whole');
  });
  expect(await readFile(join(home, 'backend'), 'utf8')).toBe('whole');
});

it('builds another recipe beside the first', async () => {
  const first = await cached('backend', 'version 1', async () => {});
  expect(await cached('backend', 'version 2', async () => {})).not.toBe(first);
});
