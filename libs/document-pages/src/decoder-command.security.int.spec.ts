import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const command = import.meta.resolve('./decoder-command.ts');
const limits = import.meta.resolve('./limits.ts');
const script = `
  import { once } from 'node:events';
  import { Worker } from 'node:worker_threads';
  import { decoderCommand } from '${command}';
  import { defaultLimits } from '${limits}';
  const threads = Array.from({ length: 8 }, () => new Worker('setInterval(() => {}, 60_000)', { eval: true }));
  await Promise.all(threads.map((thread) => once(thread, 'online')));
  console.log(decoderCommand(defaultLimits).args[4]);
  process.exit();`;

test.skipIf(process.platform !== 'linux')(
  'threads beside the one that starts a decoder leave it no more memory',
  async () => {
    // As in a container, say, with little memory: then V8's ranges for code lie side by side.
    const args = ['--no-short-builtin-calls', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    const dataKb = Number(stdout);
    expect(dataKb).toBeGreaterThanOrEqual(640 * 1024);
    expect(dataKb).toBeLessThanOrEqual((640 + 512) * 1024);
  },
);
