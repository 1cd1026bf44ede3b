import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { generateReceipt } from '@inkstream/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';
import { silence, start, startCommand } from './start-command.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-signals-'));
});
afterEach(() => rm(folder, { recursive: true }));

it.each(['SIGTERM', 'SIGINT'] as const)('the server ends with the npm start that gets %s', async (signal) => {
  const npm = await start({ INKSTREAM_DATA_DIR: folder }, ['npm', 'start'], { cwd: ROOT });
  expect(npm.url).not.toBeNull();
  await npm.stop(signal);
  await silence(npm.url);
});

it('a read that is under way is named when the server is to end, and a second signal ends it without an error of native code', async () => {
  const inkstream = await startCommand(folder);
  const api = createApi(() => inkstream.url ?? '');
  const { image } = await generateReceipt({ seed: 3 });
  const receipt = { bytes: new Uint8Array(image), provider: 'paddle-ocr-local' };
  const id = await api.upload(Array.from({ length: 10 }, () => receipt));
  await waitFor(
    'a read',
    () => api.job(id),
    ({ status }) => status === 'running',
  );
  process.kill(inkstream.pid, 'SIGINT');
  await sleep(700);
  expect(await inkstream.stop('SIGINT')).toBeNull();
  const said = inkstream.said.join('\n');
  expect(said).toMatch(/"waitingFor":\["documents that paddle-ocr-local reads: \d+"\],"msg":"stopping/);
  expect(said).toContain('A second signal: ended at once');
  expect(said).not.toMatch(/terminate called|Napi::Error/);
});
