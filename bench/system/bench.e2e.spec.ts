import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MAIN = new URL('./main.ts', import.meta.url).pathname;
const run = async (...args: string[]) => {
  const execArgv = ['--disable-warning=ExperimentalWarning', MAIN, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, execArgv, { timeout: 110_000 });
  return stdout;
};

describe('the benchmarks', () => {
  const names = ['cpu', 'rebuild', 'steady', 'sweep'];

  it('run, and say of each figure that has a target whether it is reached', async () => {
    const table = await run('--mode', 'embedded', '--scale', '0.005', ...names);
    for (const name of names)
      expect(table).toMatch(new RegExp(`│ ${name} +│ embedded .*[<>]= [\\d.]+: (yes|NO)`));
    expect(table).toMatch(/not completed +│ 0\.00 .* yes/);
  });

  it('say which there are if one is named that is none', async () => {
    await expect(run('speed')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/steady +100,000/),
    });
  });
});
