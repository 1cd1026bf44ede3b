import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../support/wait-for.ts';

export const LAUNCHER = fileURLToPath(
  new URL('../../../services/all-in-one/bin/inkstream.cjs', import.meta.url),
);
/** What the tests take in place of a terminal. */
const ENV = { PATH: process.env.PATH, PORT: '0', PADDLE_OCR_THREADS: '1' };

/** What `npm start` runs. */
export interface Started {
  readonly pid: number;
  /** Where it listens; null where it ended before. */
  readonly url: string | null;
  /** All that it has said on standard error. */
  readonly said: readonly string[];
  /** Its exit code, once it has ended; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Sends the signal, and returns the exit code; null if a signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs a command until it says that it listens, or ends; by default what `npm start` runs. */
export async function start(
  env: Readonly<Record<string, string>>,
  [command = '', ...args]: readonly string[],
  {
    until = /"url":"([^"]+)"/,
    ...options
  }: {
    readonly cwd?: string;
    /** What it says once it runs. */
    readonly until?: RegExp;
    /** In a process group of its own, as a shell starts what a terminal is for. */
    readonly detached?: boolean;
  } = {},
): Promise<Started> {
  const child = spawn(command, args, {
    ...options,
    env: { ...ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // Not `exit`, which may come before the last lines.
  const ended = once(child, 'close').then(([code]): number | null => code);
  const said: string[] = [];
  const url = new Promise<string | null>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = until.exec(line);
      if (found) resolve(found[1] ?? '');
    });
    ended.then(() => resolve(null));
  });
  return {
    pid: child.pid ?? 0,
    url: await url,
    said,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Runs what `npm start` runs until it listens or ends. */
export const startCommand = (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
  /** What starts it in turn, with its arguments. */
  by: readonly string[] = [],
): Promise<Started> =>
  start({ INKSTREAM_DATA_DIR: dataDir, ...env }, [...by, process.execPath, LAUNCHER, 'serve', ...args]);

/** Resolves once nobody listens there any more. */
export const silence = (url: string | null): Promise<void> =>
  waitFor(
    `the end of ${url}`,
    () =>
      fetch(`${url}/health`).then(
        () => false,
        () => true,
      ),
    (gone) => gone,
  ).then(() => {});
