import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../services/all-in-one/src/main.ts', import.meta.url));

/** What `npm start` runs. */
export interface Started {
  /** Where it listens; null where it ended before. */
  readonly url: string | null;
  /** All that it has said on standard error. */
  readonly said: readonly string[];
  /** Asks it to end, and gives its exit code. */
  stop(): Promise<number | null>;
}

/** Runs what `npm start` runs until it listens or ends. */
export async function startCommand(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, PORT: '0', PADDLE_OCR_THREADS: '1', INKSTREAM_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const said: string[] = [];
  const url = new Promise<string | null>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = /"url":"([^"]+)"/.exec(line)?.[1];
      if (found) resolve(found);
    });
    exited.then(() => resolve(null));
  });
  return {
    url: await url,
    said,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await exited;
      return code;
    },
  };
}
