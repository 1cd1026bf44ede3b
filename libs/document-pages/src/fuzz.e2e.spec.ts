import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const seconds = Number(process.env.FUZZ_SECONDS ?? 60);
const main = fileURLToPath(new URL('./spec-support/fuzz/main.ts', import.meta.url));

/** What `npm run fuzz:documents` says, and with which code it ends. */
async function fuzzed(...args: string[]): Promise<{ said: string; code: number | null }> {
  const node = ['--disable-warning=ExperimentalWarning', '--expose-gc', main];
  const child = spawn(process.execPath, [...node, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, code };
}

test('documents that were mutated for a minute end as pages or as an error with a code, within their limits, and leave nothing behind (longer by FUZZ_SECONDS)', {
  timeout: 240_000 + 2000 * seconds,
}, async () => {
  const { said, code } = await fuzzed('--seconds', String(seconds), '--jobs', '1');
  expect(said).toContain('Nothing was found.');
  expect(code, said).toBe(0);
  expect(Number(/^(\d+) inputs/m.exec(said)?.[1])).toBeGreaterThan(seconds);
});
