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

const npmStart = () => start({ INKSTREAM_DATA_DIR: folder }, ['npm', 'start'], { cwd: ROOT, detached: true });

it('the server ends with the npm start that is killed', async () => {
  const npm = await npmStart();
  expect(npm.url).not.toBeNull();
  await npm.stop('SIGTERM');
  await silence(npm.url);
});

it('Ctrl-C ends the server of npm start in good order, though it gets the signal twice', async () => {
  const npm = await npmStart();
  expect(npm.url).not.toBeNull();
  process.kill(-npm.pid, 'SIGINT');
  await npm.ended;
  await silence(npm.url);
  expect(npm.said.join('\n')).toContain('"msg":"stopping');
  expect(npm.said.join('\n')).not.toContain('ended at once');
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
  // What has started is fetched first. Ten take seconds.
  await sleep(500);
  process.kill(inkstream.pid, 'SIGINT');
  await sleep(700);
  expect(await inkstream.stop('SIGINT')).toBeNull();
  const said = inkstream.said.join('\n');
  expect(said).toMatch(/"waitingFor":\["documents that paddle-ocr-local reads: \d+"\],"msg":"stopping/);
  expect(said).toContain('A second signal: ended at once');
  expect(said).not.toMatch(/terminate called|Napi::Error/);
});
