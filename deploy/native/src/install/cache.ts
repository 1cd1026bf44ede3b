import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locked } from './lock.ts';

const lockLimitMs = 20 * 60_000;

/** Where installed backends are kept: `INKSTREAM_BACKENDS_DIR`, by default `~/.cache/inkstream/backends`. */
export const cacheFolder = (): string =>
  process.env.INKSTREAM_BACKENDS_DIR || join(homedir(), '.cache', 'inkstream', 'backends');

const folderOf = (name: string, recipe: string): string =>
  join(cacheFolder(), `${name}-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`);

/** The folder that `cached` filled by this recipe; null if it has not yet. */
export function alreadyCached(name: string, recipe: string): string | null {
  const target = folderOf(name, recipe);
  return existsSync(target) ? target : null;
}

/**
 * The folder that `build` filled, this time or an earlier one; its name holds a hash of the recipe. It appears by one
 * rename, so it is whole or not there. Of several processes that want it at once one builds and the others wait.
 */
export async function cached(
  name: string,
  recipe: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const target = folderOf(name, recipe);
  if (existsSync(target)) return target;
  await mkdir(cacheFolder(), { recursive: true });
  await locked(`${target}.lock`, lockLimitMs, async () => {
    if (existsSync(target)) return;
    const draft = `${target}.draft`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft);
    await build(draft);
    await rename(draft, target);
  });
  return target;
}
