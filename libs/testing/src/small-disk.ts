import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const ATTEMPTS = 20;

/** A file system of its own, in memory, that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all room from it but `leaveBytes`, none by default: it shrinks to what is in it, whoever writes meanwhile. */
  fill(leaveBytes?: number): Promise<void>;
  /** Gives it its room again. */
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
  const resize = (bytes: number) => run('mount', ['-o', `remount,size=${bytes}`, folder]);
  return {
    folder,
    async fill(leaveBytes = 0) {
      for (let attempt = 1; ; attempt++) {
        const { stdout } = await run('df', ['--output=used', '-B1', folder]);
        const used = Number(stdout.split('\n')[1]);
        try {
          await resize(used + leaveBytes);
          return;
        } catch (error) {
          // More was written since: it can't be smaller than what is in it.
          if (attempt === ATTEMPTS) throw error;
        }
      }
    },
    async free() {
      await resize(mib * MIB);
    },
    async close() {
      await run('umount', ['--lazy', folder]);
      await rmdir(folder);
    },
  };
}
