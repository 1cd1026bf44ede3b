import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api, type Canary, runOnce, startCanary } from '@inkstream/canary';
import { jobListSchema } from '@inkstream/contracts';
import { provider as paddle } from '@inkstream/ocr-paddle-local';
import { defineProvider, ProviderError, type Recognition } from '@inkstream/provider-kit';
import { readConfig, silentLogger } from '@inkstream/service-kit';
import { mulberry32, startFaultyWay } from '@inkstream/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Inkstream, inkstreamConfig, startInkstream } from './inkstream.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Reads something else than there is, nothing at all, or never ends. */
const others = {
  careless: async (): Promise<Recognition> => ({
    pages: [{ width: 1, height: 1, rotation: 0, lines: [] }],
    model: 'careless-1',
    receipts: [{ merchant: { value: 'NORTHWIND COFFEE' }, total: { value: '1.00' } }],
  }),
  refusing: async () => {
    throw new ProviderError('corrupt_document', 'It is not to be read');
  },
  slow: (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
};
const definitions = Object.entries(others).map(([name, read]) =>
  defineProvider({
    name,
    version: '1',
    description: name,
    concurrency: 1,
    timeoutMs: 60_000,
    accepts: ['application/pdf'],
    limits: { maxBytes: 1e6, maxPages: 1 },
    engine: { recognise: (_, { signal }) => read(signal) },
  }),
);

let folder: string;
let inkstream: Inkstream;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkstream-canary-'));
  const env = { INKSTREAM_DATA_DIR: folder, PORT: '0', PADDLE_OCR_THREADS: '1' };
  const local = await paddle.configure(env);
  if ('wants' in local) throw new Error(local.wants);
  inkstream = await startInkstream(readConfig(inkstreamConfig, env), [local, ...definitions], silentLogger());
});
afterAll(async () => {
  await inkstream.close();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;
const run = (provider: string, { url = inkstream.url, timeoutMs = 60_000, signal = never } = {}) =>
  runOnce({
    api: new Api({ url, headers: {} }),
    provider,
    timeoutMs,
    now: () => new Date('2026-11-30T18:05:00Z'),
    random: mulberry32(1),
    signal,
  });
const jobs = async () => jobListSchema.parse(await (await fetch(`${inkstream.url}/ocr-jobs`)).json()).data;
const nothingLeft = () => vi.waitFor(async () => expect(await jobs()).toEqual([]), 10_000);

it('a receipt that is read as it is has passed, and nothing of it is left', async () => {
  const { reason, outcome, jobId } = await run('paddle-ocr-local');
  expect([reason, outcome]).toEqual([undefined, 'passed']);
  expect((await fetch(`${inkstream.url}/ocr-jobs/${jobId}`)).status).toBe(404);
  await nothingLeft();
});

it('one that is read as something else is wrong, and it is said in which fields', async () => {
  const { reason, outcome } = await run('careless');
  expect(outcome).toBe('wrong');
  expect(reason).toMatch(/^date is missing instead of "2026-11-30", total is "1.00" instead of "\d+\.\d\d"$/);
  await nothingLeft();
});

it('one that cannot be read, is not read in time, or is refused has failed, and nothing of it is left', async () => {
  expect(await run('refusing')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('It is not to be read'),
  });
  expect(await run('slow', { timeoutMs: 1_000 })).toMatchObject({
    outcome: 'failed',
    reason: 'there was no result in time',
  });
  expect(await run('nobody')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringMatching(/: 400 .*nobody/),
  });
  await nothingLeft();
});

it('an upload that is refused in passing is repeated once, as a client does it', async () => {
  const way = await startFaultyWay(Number(new URL(inkstream.url).port));
  try {
    way.set({ kind: 'writes-fail' });
    setTimeout(() => way.set(null), 500);
    const { reason, outcome } = await run('paddle-ocr-local', { url: `http://127.0.0.1:${way.port}` });
    expect([reason, outcome]).toEqual([undefined, 'passed']);
  } finally {
    await way.close();
  }
  await nothingLeft();
});

it('says that nobody answers', async () => {
  const { outcome, reason } = await run('paddle-ocr-local', { url: 'http://127.0.0.1:1' });
  expect(outcome).toBe('failed');
  expect(reason).toMatch(/^POST \/ocr-jobs\/upload: fetch failed \((bad port|ECONNREFUSED)\)$/);
});

it('a canary that is closed while it waits deletes what it uploaded, and runs each interval until then', async () => {
  let begun = 0;
  const canary: Canary = startCanary({
    run: (signal) => run(begun++ === 0 ? 'careless' : 'slow', { signal }),
    intervalMs: 1_000,
    log: silentLogger(),
    now: () => new Date('2026-11-30T18:05:00Z'),
  });
  await vi.waitFor(() => expect(begun).toBe(2), 20_000);
  expect(canary.last()).toMatch(/^wrong at 2026-11-30T18:05:00.000Z: date is missing/);
  await vi.waitFor(async () => expect((await jobs()).length).toBe(1), 10_000);
  await canary.close();
  await nothingLeft();
});
