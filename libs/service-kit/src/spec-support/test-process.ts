import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

interface TestProcess {
  readonly child: ChildProcess;
  /** Resolves once the output holds this, rejects if the process ends without it. */
  saying(words: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>;
}

/** Runs code with the exports of a module of the kit in scope as `kit`, in a process of its own; 20 s at most. */
export function run(
  module: '../index.ts' | '../run-service.ts',
  code: string,
  env: Readonly<Record<string, string>> = {},
): TestProcess {
  const kit = JSON.stringify(new URL(module, import.meta.url));
  const source = `import * as kit from ${kit};\n${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    timeout: 20_000,
  });
  const { stdout: out, stderr: err } = child as typeof child & { stdout: Readable; stderr: Readable };
  const output = Promise.all([text(out), text(err), once(child, 'exit')]);
  return {
    child,
    saying: (words) =>
      new Promise((resolve, reject) => {
        let said = '';
        child.once('exit', () => reject(new Error(`It ended, having said: ${said}`)));
        out.on('data', (chunk) => {
          said += chunk;
          if (said.includes(words)) resolve();
        });
      }),
    ended: output.then(([stdout, stderr, [code, signal]]) => ({ code, signal, stdout, stderr })),
  };
}
