import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

interface TestProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves once the output holds this, rejects where the process ends without it. */
  saying(words: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
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
    timeout: 20_000,
  });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return {
    child,
    saying: (words) =>
      new Promise((resolve, reject) => {
        let said = '';
        child.once('exit', () => reject(new Error(`It ended, having said: ${said}`)));
        child.stdout.on('data', (chunk) => {
          said += chunk;
          if (said.includes(words)) resolve();
        });
      }),
    ended: output.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })),
  };
}
