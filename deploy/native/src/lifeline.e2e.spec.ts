import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { identity } from './stack/identity.ts';

it('a backend ends with the process that started it, even if that is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkstream-lifeline-'));
  const source = `import { startBackend } from ${JSON.stringify(new URL('index.ts', import.meta.url))};
    const { pid } = await startBackend('eventstoredb', { folder: ${JSON.stringify(folder)} });
    console.log(pid);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', source]);
  const [output] = await once(starter.stdout, 'data');
  const pid = Number(output);
  expect(await identity(pid)).toBeDefined();
  starter.kill('SIGKILL');
  await vi.waitFor(async () => expect(await identity(pid)).toBeUndefined(), {
    timeout: 20_000,
    interval: 50,
  });
  await rm(folder, { recursive: true });
});
