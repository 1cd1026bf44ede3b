import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Fault } from './faults.ts';

/** A wire double in a process of its own. */
export interface ForkedDouble {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when calls fail so from now on. */
  inject(fault: Fault): Promise<void>;
  lift(): Promise<void>;
  /** Ends the process, SIGKILL by default, and resolves when it is gone: SIGTERM takes as long as a real server's. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** What a parent may ask of the process; it answers each with `done`. */
export type ControlMessage = { readonly inject: Fault } | { readonly lift: true };

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const START_MS = 30_000;

const tell = async (child: ChildProcess, message: ControlMessage): Promise<void> => {
  const answered = once(child, 'message', { signal: AbortSignal.timeout(START_MS) });
  child.send(message);
  await answered;
};

/** Starts the wire double as a process, so that it can be killed. `port` 0 or none takes a free one. */
export const forkEventStoreDbDouble = async (options: {
  file: string;
  port?: number;
  batchAppend?: boolean;
  flushToDisk?: boolean;
  notReadyMs?: number;
  clockOffsetMs?: number;
}): Promise<ForkedDouble> => {
  const {
    file,
    port = 0,
    batchAppend = true,
    flushToDisk = true,
    notReadyMs = 0,
    clockOffsetMs = 0,
  } = options;
  const args = ['--file', file, '--port', String(port)];
  args.push('--not-ready-ms', String(notReadyMs), '--clock-offset-ms', String(clockOffsetMs));
  if (!batchAppend) args.push('--classic');
  if (!flushToDisk) args.push('--unsafe-disable-flush-to-disk');
  const child = fork(MAIN, args, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const failed = exited.then(([code]) => {
    throw new Error(`The wire double ended with code ${code} before it was ready.`);
  });
  failed.catch(() => undefined);
  const ready = once(child.stdout ?? child, 'data', { signal: AbortSignal.timeout(START_MS) });
  const [line] = await Promise.race([ready, failed]);
  const { url } = JSON.parse(String(line));
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    inject: (fault) => tell(child, { inject: fault }),
    lift: () => tell(child, { lift: true }),
    kill: async (signal = 'SIGKILL') => {
      child.kill(signal);
      await exited;
    },
  };
};
