import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { FromChild, FromParent } from './server.ts';

export interface ProcessOptions {
  readonly dataDir: string;
  /** Whether `paddle-ocr-local` runs beside the scripted providers. */
  readonly paddle?: boolean;
  /** Configuration beside the defaults. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Bytes: resident, and in use on the heap and in buffers. The first stays high where the allocator keeps pages. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/** A running Inkstream, in a process of its own. */
export interface InkstreamProcess {
  readonly url: string;
  readonly pid: number;
  /** Lets documents go on that wait for this name. */
  release(name: string): void;
  /** Resident memory now, bytes. */
  rss(): Promise<number>;
  /** Memory once garbage is collected. */
  settled(): Promise<Memory>;
  /** Asks the process to end, and gives its exit code and what it logged. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<{ code: number | null; log: string }>;
}

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 30_000;

/** Resident memory as Linux tells it (proc(5), `/proc/<pid>/status`), bytes. */
async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function heard<T>(child: ChildProcess, limitMs: number): Promise<T> {
  const [message] = await once(child, 'message', { signal: AbortSignal.timeout(limitMs) });
  return message as T;
}

/**
 * Starts an Inkstream and waits until it listens.
 *
 * @throws Error with what it logged, where it ends before.
 */
export async function startProcess({ dataDir, paddle, env }: ProcessOptions): Promise<InkstreamProcess> {
  const child = fork(fileURLToPath(new URL('./server.ts', import.meta.url)), paddle ? ['--paddle'] : [], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      INKSTREAM_DATA_DIR: dataDir,
      LOG_LEVEL: 'warn',
      PADDLE_OCR_THREADS: '1',
      // glibc raises this threshold as it goes (mallopt(3)), and then keeps large blocks that were freed.
      MALLOC_MMAP_THRESHOLD_: '131072',
      ...env,
    },
  });
  const log = text(child.stderr as NonNullable<typeof child.stderr>);
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const died = exited.then(async ([code]) => {
    throw new Error(`Inkstream ended with ${code}:\n${await log}`);
  });
  died.catch(() => {});
  const listening = await Promise.race([heard<FromChild>(child, START_LIMIT_MS), died]);
  const tell = (message: FromParent) => void child.send(message);
  const pid = child.pid as number;
  return {
    url: 'url' in listening ? listening.url : '',
    pid,
    release: (name) => tell({ release: name }),
    rss: () => rssOf(pid),
    async settled() {
      const collected = heard<FromChild>(child, START_LIMIT_MS);
      tell({ collect: true });
      const answer = await collected;
      return { rss: await rssOf(pid), heap: 'heap' in answer ? answer.heap : Number.NaN };
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      const [code] = await exited;
      clearTimeout(limit);
      return { code, log: await log };
    },
  };
}
