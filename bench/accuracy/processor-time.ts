import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICK_MS = 10;

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // It has ended since.
    return '';
  }
}

function children(): string[] {
  try {
    const tasks = readdirSync('/proc/self/task');
    return tasks.flatMap((task) => read(`/proc/self/task/${task}/children`).split(' ').filter(Boolean));
  } catch {
    return [];
  }
}

/** The fields of /proc/PID/stat behind the name, which may hold anything: the first is the state, number 3 in proc(5). */
const statOf = (pid: string): string[] => read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
const ticks = (stat: readonly string[], ...numbers: number[]) =>
  numbers.reduce((sum, number) => sum + Number(stat[number - 3] ?? 0), 0);

/** User and system time of this process and, on Linux, of those that it started: documents are decoded in one. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  const ended = ticks(statOf('self'), 16, 17);
  const running = children().reduce((sum, pid) => sum + ticks(statOf(pid), 14, 15), 0);
  return (user + system) / 1000 + (ended + running) * TICK_MS;
}

/** The most memory that was ever resident in this process and, on Linux, in each that it started and that still runs; MiB. */
export function peakMemoryMb(): number {
  const peaks = children().map((pid) => Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0));
  return peaks.reduce((sum, peak) => sum + peak, process.resourceUsage().maxRSS) / 1024;
}
