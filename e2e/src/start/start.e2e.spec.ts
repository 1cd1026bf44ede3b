import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historySchema, type Job, jobListSchema, readinessSchema } from '@inkstream/contracts';
import { onePixelPng } from '@inkstream/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createApi } from '../support/api.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Started, startCommand } from './start-command.ts';

const SAMPLE = new URL('../../../samples/cafe-my-faded.png', import.meta.url);

let dataDir: string;
const running: Started[] = [];
const start = async (...rest: Parameters<typeof startCommand> extends [string, ...infer R] ? R : never) => {
  const started = await startCommand(dataDir, ...rest);
  running.push(started);
  return started;
};
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'inkstream-start-'));
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await rm(dataDir, { recursive: true });
});

it('answers /health at once and reads the first receipt while its models load', async () => {
  const { url } = await start();
  const api = createApi(() => url ?? '');
  const upload = api.upload([
    { bytes: new Uint8Array(await readFile(SAMPLE)), name: 'cafe.png', provider: 'paddle-ocr-local' },
  ]);
  expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: 'ok' });
  expect(readinessSchema.parse(await (await fetch(`${url}/health/ready`)).json()).status).toBe('ok');
  const job = await api.finished(await upload);
  expect(job.status).toBe('completed');
  expect(job.files[0]?.executions[0]?.ocrData).toContain('WARUNG');
});

it('names the variable that keeps it from starting', async () => {
  const { url, said, stop } = await start({ PORT: 'eighty', PADDLE_OCR_MODEL: 'best' });
  expect(url).toBeNull();
  expect(said.join('\n')).toMatch(/PORT: must be a whole number[\s\S]*PADDLE_OCR_MODEL/);
  expect(await stop()).toBe(78);
});

it('refuses a data folder that another process uses', async () => {
  const first = await start();
  const second = await start();
  expect(second.url).toBeNull();
  expect(second.said.join('\n')).toContain('INKSTREAM_DATA_DIR');
  expect((await fetch(`${first.url}/health`)).status).toBe(200);
});

it('goes on where it was after a restart, and rebuilds a dropped read model to the identical documents', async () => {
  let { url, stop } = await start();
  const api = createApi(() => url ?? '');
  const { bytes } = await onePixelPng();
  const pixel = { bytes: new Uint8Array(bytes), provider: 'paddle-ocr-local' };
  const ids: number[] = [];
  for (const name of ['café', 'поезд', '電車', 'deleted']) ids.push(await api.upload([pixel, pixel], name));
  for (const id of ids) await api.finished(id);
  await api.call(`/ocr-jobs/${ids.at(-1)}`, { method: 'DELETE' });
  await api.call(`/ocr-jobs/${ids[0]}/files/2`, { method: 'DELETE' });
  const list = async () => jobListSchema.parse(await (await api.call('/ocr-jobs?sort=id:asc')).json());
  const documents = async () => {
    const { data, pagination } = await list();
    const jobs: Job[] = await Promise.all(data.map(({ id }) => api.job(id)));
    return { data, pagination, jobs };
  };
  await waitFor('the projection', list, ({ pagination }) => pagination.total === 3);
  await waitFor('the deletion of a file', list, ({ data }) => data[0]?.fileCount === 1);
  // What was read of the file is erased a moment later, which changes the job once more.
  const history = async () =>
    historySchema.parse(await (await api.call(`/ocr-jobs/${ids[0]}/history`)).json()).data;
  await waitFor('the erasure', history, (events) => events.some(({ type }) => type === 'ExecutionErased'));
  const { updatedAt } = await api.job(ids[0] ?? 0);
  await waitFor('the erasure in the list', list, ({ data }) => data[0]?.updatedAt === updatedAt);
  const before = await documents();

  expect(await stop()).toBe(0);
  for (const suffix of ['', '-wal', '-shm'])
    await rm(join(dataDir, `readmodel.db${suffix}`), { force: true });
  ({ url, stop } = await start({}, ['--rebuild']));
  await waitFor('the rebuild', list, ({ pagination }) => pagination.total === 3);
  expect(await documents()).toEqual(before);
});
