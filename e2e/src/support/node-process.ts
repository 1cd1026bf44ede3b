import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Collected } from './collect.ts';
import type { Memory } from './running.ts';

const ANSWER_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 30_000;
const COLLECT = new URL('./collect.ts', import.meta.url);

/** A script that runs in a process of its own, and talks over IPC. */
export interface NodeProcess {
  readonly pid: number;
  /** What it has written on standard error. */
  log(): string;
  tell(message: object): void;
  /** The next message that has this property; rejects where the process ends before, or says nothing for 30 s. */
  hear<T extends object>(property: keyof T & string): Promise<T>;
  /** Resident memory now, bytes. */
  rss(): Promise<number>;
  /** Memory once garbage is collected. */
  settled(): Promise<Memory>;
  /** Rejects with what it logged once it ends by itself. */
  readonly died: Promise<never>;
  /** Sends the signal and waits until it has ended, 30 s at most; gives the exit code, null where a signal ended it. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
}

/** Resident memory as Linux tells it (proc(5), `/proc/<pid>/status`), bytes. */
async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function heard<T extends object>(child: ChildProcess, property: keyof T & string): Promise<T> {
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  for (;;) {
    const [message] = await once(child, 'message', { signal });
    if (property in message) return message as T;
  }
}

/** Starts a script with this environment and nothing of the parent's but its PATH. */
export function startNode(
  script: URL,
  { args = [], env }: { readonly args?: readonly string[]; readonly env: Readonly<Record<string, string>> },
): NodeProcess {
  const child = fork(fileURLToPath(script), args, {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning', `--import=${COLLECT.href}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // glibc raises the threshold as it goes (mallopt(3)), and then keeps large blocks that were freed.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, MALLOC_MMAP_THRESHOLD_: '131072', ...env },
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script.pathname} could not be started`);
  const lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => lines.push(chunk));
  const log = () => lines.join('');
  // Not `exit`, which may come before the last lines of the log.
  const exited = once(child, 'close') as Promise<[code: number | null]>;
  let ending = false;
  const died = exited.then(([code]): Promise<never> => {
    if (ending) return new Promise(() => {});
    throw new Error(`${script.pathname} ended with ${code}:\n${log()}`);
  });
  died.catch(() => {});
  return {
    pid,
    log,
    died,
    tell: (message) => void child.send(message),
    hear: (property) => Promise.race([heard(child, property), died]),
    rss: () => rssOf(pid),
    async settled() {
      const collected = heard<Collected>(child, 'heap');
      child.send({ collect: true });
      const { heap } = await Promise.race([collected, died]);
      return { rss: await rssOf(pid), heap };
    },
    async end(signal) {
      ending = true;
      child.kill(signal);
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      const [code] = await exited;
      clearTimeout(limit);
      return code;
    },
  };
}
