import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('./spec-support/end-threads.ts', import.meta.url));

const ROUNDS = 8;

// In a process of its own, since it ends with 134 (SIGABRT) if a thread was ended within ONNX Runtime.
it('a thread that is ended in the middle of an inference, or while it loads its models, leaves its process alive', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(ROUNDS)], {
    timeout: 170_000,
  });
  expect(stdout).toBe(`${'.'.repeat(ROUNDS)}ended\n`);
}, 180_000);
