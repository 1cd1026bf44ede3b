import { readdirSync, readFileSync } from 'node:fs';

/** The processes that a process of ours has started and that still run; on Linux only. */
export function childrenOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
    try {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return children.split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}

/** A file of a process in /proc, or nothing if the process has ended. */
export function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** Whether a process runs: one that has ended and that nobody has waited for does not. */
export const isRunning = (pid: number): boolean => /^State:\s+[^ZX]/m.test(procFile(pid, 'status'));
