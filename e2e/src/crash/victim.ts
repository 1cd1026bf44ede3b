import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));
const START_LIMIT_MS = 20_000;

export interface Victim {
  /** Ends the process at once, whatever it does. */
  kill(): Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
}

/** Starts an Inkstream on a port and a data folder. Resolves once it is healthy. */
export async function startVictim(
  port: number,
  dataDir: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Victim> {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SERVER], {
    env: { ...process.env, PORT: String(port), INKSTREAM_DATA_DIR: dataDir, LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    const healthy = await fetch(`http://127.0.0.1:${port}/providers`)
      .then(async (response) => ((await response.json()) as unknown[]).length > 0)
      .catch(() => false);
    if (healthy) return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
    if (child.exitCode !== null) throw new Error(`the process ended with ${child.exitCode}`);
    if (limit.aborted) {
      await end('SIGKILL');
      throw new Error('the process did not start');
    }
    await sleep(10);
  }
}
