import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Packs a folder that has a manifest. Returns the path of the tarball in `target`, which is made if need be. */
export async function packFolder(folder: string, target: string): Promise<string> {
  mkdirSync(target, { recursive: true });
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout } = await promisify(execFile)(npm, ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
  });
  return join(target, stdout.trim());
}
