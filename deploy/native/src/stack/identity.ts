import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** In Linux's /proc/<pid>/stat, counted from after the name: the state, and the start in ticks since boot (proc(5)). */
const stateField = 0;
const startField = 19;

async function onLinux(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended; only its parent does not know yet.
  return fields[stateField] === 'Z' ? undefined : fields[startField];
}

async function elsewhere(pid: number): Promise<string | undefined> {
  const ps = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', `${pid}`]).catch(() => undefined);
  return ps?.stdout.trim() || undefined;
}

/** What tells a process from a later one with the same id: when it started. Undefined if none runs. */
export const identity = (pid: number): Promise<string | undefined> =>
  process.platform === 'linux' ? onLinux(pid) : elsewhere(pid);
