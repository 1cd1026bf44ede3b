import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Job, jobSchema, type OcrResult } from '@inkstream/contracts';
import { provider as openAiProvider } from '@inkstream/ocr-openai';
import { provider as paddle } from '@inkstream/ocr-paddle-local';
import { readConfig, silentLogger } from '@inkstream/service-kit';
import { type GeneratedReceipt, generateReceipt } from '@inkstream/testing';
import { openai, type ProviderDouble, startDouble } from '@inkstream/testing/provider-doubles';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Inkstream, inkstreamConfig, startInkstream } from './inkstream.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let vendor: ProviderDouble;
let inkstream: Inkstream;
let clear: GeneratedReceipt;
let blurred: GeneratedReceipt;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-auto-'));
  clear = await generateReceipt({ seed: 3, layout: 'cafe-my' });
  blurred = await generateReceipt({ seed: 4, layout: 'cafe-my', degrade: { blur: 4, fade: 0.6 } });
  vendor = await startDouble(openai);
  for (const { image, truth } of [clear, blurred]) await vendor.know(image, truth);
  const env = {
    OPENAI_API_KEY: vendor.key ?? '',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
    AUTO_PROVIDERS: 'paddle-ocr-local,openai',
    INKSTREAM_DATA_DIR: folder,
    PORT: '0',
  };
  const configured = await Promise.all([paddle, openAiProvider].map(({ configure }) => configure(env)));
  const definitions = configured.flatMap((one) => ('wants' in one ? [] : [one]));
  inkstream = await startInkstream(readConfig(inkstreamConfig, env), definitions, silentLogger());
  await vi.waitFor(async () => {
    const listed = (await (await fetch(`${inkstream.url}/providers`)).json()) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(['auto', 'openai', 'paddle-ocr-local']);
  }, 10_000);
});
afterAll(async () => {
  await inkstream.close();
  await vendor.close();
  await rm(folder, { recursive: true });
});

const call = (path: string, init: RequestInit = {}) => fetch(inkstream.url + path, init);
async function upload({ image }: GeneratedReceipt): Promise<number> {
  const body = new FormData();
  body.append('file', new Blob([new Uint8Array(image)]), 'receipt.jpg');
  body.append('ocrProvider_0', 'auto');
  const response = await call('/ocr-jobs/upload', { method: 'POST', body });
  expect(response.status).toBe(201);
  return ((await response.json()) as { id: number }).id;
}
const jobOf = async (id: number): Promise<Job> =>
  jobSchema.parse(await (await call(`/ocr-jobs/${id}`)).json());
const completed = (id: number) =>
  vi.waitFor(
    async () => {
      const job = await jobOf(id);
      expect(job.status).toBe('completed');
      const [execution] = job.files[0]?.executions ?? [];
      expect(execution?.ocrProvider).toBe('auto');
      return JSON.parse(execution?.ocrData ?? '') as OcrResult;
    },
    { timeout: 60_000, interval: 20 },
  );
interface HistoryEvent {
  readonly type: string;
  readonly data: {
    readonly to?: string;
    readonly because?: readonly { readonly reason: string }[];
    readonly reading?: object;
    readonly model?: string;
  };
}
const history = async (id: number): Promise<readonly HistoryEvent[]> =>
  ((await (await call(`/ocr-jobs/${id}/history`)).json()) as { data: HistoryEvent[] }).data;
const bought = () => [...vendor.bought.values()].reduce((sum, times) => sum + times, 0);
const objects = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => /result-\d+\.json/.test(name));

test('a receipt that is read well here is not sent to anybody', async () => {
  const id = await upload(clear);
  expect((await completed(id)).receipt?.total?.value).toBe(clear.truth.fields.total);
  expect(bought()).toBe(0);
  expect((await history(id)).map(({ type }) => type)).not.toContain('ExecutionHandedOver');
});

test('one that is not is bought once, and is not completed before; the history says why', async () => {
  const id = await upload(blurred);
  expect((await completed(id)).receipt?.total?.value).toBe(blurred.truth.fields.total);
  expect(bought()).toBe(1);
  const events = await history(id);
  expect(events.map(({ type }) => type)).toEqual([
    ...['JobSubmitted', 'ExecutionRequested', 'ExecutionStarted', 'ExecutionHandedOver'],
    ...['ExecutionStarted', 'ExecutionCompleted'],
  ]);
  const { to, because = [], reading } = events[3]?.data ?? {};
  expect([to, because.length > 0]).toEqual(['openai', true]);
  expect(reading).not.toHaveProperty('resultKey');
  expect(events.at(-1)?.data.model).toMatch(/^gpt-/);
});

test('deleting it while it is handed over erases what was read before, and nobody buys it', async () => {
  const before = bought();
  vendor.takeKey(false);
  const id = await upload(blurred);
  await vi.waitFor(
    async () => expect((await history(id)).map(({ type }) => type)).toContain('ExecutionHandedOver'),
    { timeout: 60_000, interval: 20 },
  );
  expect((await jobOf(id)).status).toBe('running');
  expect(await objects()).toHaveLength(3);
  expect((await call(`/ocr-jobs/${id}?force=true`, { method: 'DELETE' })).status).toBe(200);
  await vi.waitFor(async () => expect(await objects()).toHaveLength(2), 10_000);
  vendor.takeKey(true);
  expect(bought()).toBe(before);
});
