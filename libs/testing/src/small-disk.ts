import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** A file system of its own, in memory, that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Fills it with a file, up to `leaveBytes`, none by default. */
  fill(leaveBytes?: number): Promise<void>;
  /** Removes that file. */
  free(): Promise<void>;
  close(): Promise<void>;
}

/** Mounts an empty disk of so many MiB; null if this user may mount nothing, which on Linux root may. */
export async function mountSmallDisk(mib: number): Promise<SmallDisk | null> {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]);
  } catch {
    await rmdir(folder);
    return null;
  }
  const ballast = join(folder, 'ballast');
  return {
    folder,
    async fill(leaveBytes = 0) {
      await rm(ballast, { force: true });
      const { stdout } = await run('df', ['--output=avail', '-B1', folder]);
      const bytes = Number(stdout.split('\n')[1]) - leaveBytes;
      const file = await open(ballast, 'w');
      try {
        for (let left = bytes; left > 0; left -= MIB) await file.writeFile(Buffer.alloc(Math.min(MIB, left)));
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast, { force: true }),
    async close() {
      await run('umount', ['--lazy', folder]);
      await rmdir(folder);
    },
  };
}
