import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, type Harness, openHarness } from './spec-support/harness.ts';
import { bookOf } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const module = new URL('./spec-support/dying-pages-engine.ts', import.meta.url);
const start = (options: { dies: number; once?: string }) =>
  harness.start(
    { engine: { module, options }, concurrency: 1 },
    { retry: { maxAttempts: 2, firstDelayMs: 1 } },
  );
const left = (id: number) =>
  vi.waitFor(async () => expect(await harness.results(id)).toHaveLength(1), 20_000);

describe('pages that a thread reads', () => {
  it('are there though it dies: the next one goes on after them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pages-'));
    await start({ dies: 3, once: join(folder, 'died') });
    const id = await harness.request(bookOf(5));
    const { pages } = await harness.result(id);
    const threads = pages.map(({ lines }) => lines[0]?.text);
    expect(new Set(threads).size).toBe(2);
    expect([threads[1], threads[3], threads[4]]).toEqual([threads[0], threads[2], threads[2]]);
    await rm(folder, { recursive: true });
    expect(execution(await harness.final(id)).attempt).toBe(2);
    await left(id);
  });

  it('are the result if one of them kills each thread', async () => {
    await start({ dies: 2 });
    const id = await harness.request(bookOf(4));
    const { pages } = await harness.result(id);
    expect(pages.map(({ error }) => error?.code)).toEqual([undefined, 'worker_lost', undefined, undefined]);
    await left(id);
  });

  it('are stored with the result alone if there is one only', async () => {
    await start({ dies: 9 });
    const put = vi.spyOn(harness.objects, 'put');
    const id = await harness.request(bookOf(1));
    await harness.final(id);
    const keys = put.mock.calls.map(([key]) => key).filter((key) => key.includes('/executions/'));
    expect(keys).toEqual([harness.objectOf(id, 'result-1.json')]);
    put.mockRestore();
  });
});
