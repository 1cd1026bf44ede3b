import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '@inkstream/native-stack';

const START_LIMIT_MS = 120_000;
const POLL_MS = 25;

export type Env = Readonly<Record<string, string>>;

/** A service in a process of its own. */
export interface Service {
  readonly name: string;
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  readonly pid: number;
  /** CPU time that it, and what it started and has ended, has taken so far, s. */
  cpu(): Promise<number>;
  /** Memory that it has now (resident), bytes. */
  memory(): Promise<number>;
  untilReady(): Promise<void>;
  /** Resolves once it has ended. */
  close(): Promise<void>;
}

/** Where BENCH_PROFILE names a folder, each service leaves a CPU profile in it when it ends. */
const profiling = (name: string): string[] => {
  const folder = process.env.BENCH_PROFILE;
  return folder
    ? ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}-${Date.now()}.cpuprofile`]
    : [];
};

/** CPU time of a process and its ended children as Linux tells it (proc(5), `/proc/<pid>/stat`, fields 14 to 17, in 1/100 s), s. */
async function processCpu(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const times = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15);
  return times.reduce((sum, time) => sum + Number(time), 0) / 100;
}

/** Resident memory of a process (proc(5), `VmRSS`, in KiB), bytes. */
export async function processMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

async function untilReady(url: string, ended: AbortSignal): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (performance.now() < giveUpAt && !ended.aborted) {
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await sleep(POLL_MS);
  }
  throw new Error(`${url} did not get ready`);
}

/** Starts a service, whose errors are printed here, and does not wait until it is ready. */
export async function launchService(
  name: string,
  script: URL,
  env: Env,
  args: readonly string[] = [],
): Promise<Service> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = fork(fileURLToPath(script), [...args], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...profiling(name)],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'error', ...env, PORT: String(port) },
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new AbortController();
  const exited = once(child, 'exit').then(() => {
    process.off('exit', kill);
    ended.abort();
  });
  return {
    name,
    url,
    pid: child.pid ?? 0,
    cpu: () => processCpu(child.pid ?? 0),
    memory: () => processMemory(child.pid ?? 0),
    untilReady: () => untilReady(url, ended.signal),
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Starts a service and waits until it and all that it stands on answer. */
export async function startService(...args: Parameters<typeof launchService>): Promise<Service> {
  const service = await launchService(...args);
  try {
    await service.untilReady();
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** CPU time of several services, s. */
export async function cpuOf(services: readonly Service[]): Promise<number> {
  const times = await Promise.all(services.map((one) => one.cpu()));
  return times.reduce((sum, time) => sum + time, 0);
}
