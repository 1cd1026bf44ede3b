import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Launch } from '../backends/launch.ts';

const startLimitMs = 180_000;
const logFile = (folder: string): string => join(folder, 'backend.log');

/** Backends read variables of their own, some of them named as ours: they get these alone. */
const inherited = ['PATH', 'HOME', 'JAVA_HOME', 'TMPDIR', 'LANG'] as const;
const environment = (own: Launch['environment']): Record<string, string> => {
  const kept = inherited.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return { ...Object.fromEntries(kept), ...own };
};

/** Whether the process still runs. */
export const runs = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode === null && signalCode === null;

/**
 * Starts a backend's process, its output appended to `<folder>/backend.log`, and waits until it serves.
 *
 * @throws if it ends before, or does not serve within 3 minutes (it is killed then), with the end of its output.
 */
export async function spawnBackend(launch: Launch, folder: string, detached: boolean): Promise<ChildProcess> {
  const log = await open(logFile(folder), 'a', 0o600);
  const { command, args } = launch;
  const stdio = ['ignore' as const, log.fd, log.fd];
  const child = spawn(command, args, { stdio, detached, cwd: folder, env: environment(launch.environment) });
  try {
    await once(child, 'spawn');
  } finally {
    await log.close();
  }
  if (!(await untilItServes(launch, child))) {
    const why = runs(child) ? `does not serve after ${startLimitMs / 1000} s` : 'ended at once';
    child.kill('SIGKILL');
    const output = (await readFile(logFile(folder), 'utf8')).trim().slice(-2000);
    throw new Error(`${command} ${args.join(' ')} ${why}: ${output}`);
  }
  return child;
}

async function untilItServes(launch: Launch, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + startLimitMs;
  while (runs(child) && Date.now() < deadline) {
    const serves = await launch.serves(AbortSignal.timeout(2000)).catch(() => false);
    if (serves && runs(child)) return true;
    await sleep(50);
  }
  return false;
}
