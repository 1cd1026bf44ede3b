import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The folder with the sources of a commit and what they need installed, made below `repository` unless it is there. */
export async function sourcesOf(repository: string, ref: string): Promise<string> {
  const git = async (...args: string[]) => (await run('git', ['-C', repository, ...args])).stdout.trim();
  const commit = await git('rev-parse', '--verify', `${ref}^{commit}`);
  const folder = join(repository, '.inkstream', 'sources', commit);
  if (!existsSync(folder)) await git('worktree', 'add', '--detach', folder, commit);
  if (!existsSync(join(folder, 'node_modules')))
    await run('npm', ['ci'], { cwd: folder, maxBuffer: 2 ** 26 });
  return folder;
}
