import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The working tree in a temporary folder, where a test may edit it. What is installed is linked file by file, so that
 * it takes no room; npm writes its own note of that in place, so the copy has none.
 */
export function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), 'inkstream-copy-'));
  const listed = execFileSync('git', ['ls-files', '-z', '-c', '-o', '--exclude-standard'], { cwd: ROOT });
  for (const path of listed.toString().split('\0').filter(Boolean))
    cpSync(join(ROOT, path), join(copy, path));
  for (const installed of globSync(['node_modules', '{libs,services,deploy}/*/node_modules'], {
    cwd: ROOT,
  })) {
    const cp = (how: string) => spawnSync('cp', [how, join(ROOT, installed), join(copy, dirname(installed))]);
    // Links end at the file system.
    if (cp('-al').status !== 0) cp('-a');
  }
  rmSync(join(copy, 'node_modules/.package-lock.json'), { force: true });
  return copy;
}
