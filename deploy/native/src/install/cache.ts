import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where installed engines are kept: `INKSTREAM_ENGINES_DIR`, by default `~/.cache/inkstream/engines`. */
export const cacheFolder = (): string =>
  process.env.INKSTREAM_ENGINES_DIR || join(homedir(), '.cache', 'inkstream', 'engines');

/**
 * The folder that `build` filled, this time or an earlier one; its name holds a hash of the recipe. It appears by one
 * rename, so it is whole or not there. Of two processes that build it at once the first to end wins, and the other
 * takes what it made.
 */
export async function cached(
  name: string,
  recipe: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  const target = join(cacheFolder(), `${name}-${hash}`);
  if (existsSync(target)) return target;
  await mkdir(cacheFolder(), { recursive: true });
  const draft = await mkdtemp(`${target}.`);
  try {
    await build(draft);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}
