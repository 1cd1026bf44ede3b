import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, type Harness, openHarness } from './spec-support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const module = new URL('./spec-support/tricky-engine.ts', import.meta.url);
const engine = { module, options: {} };
const errorOf = async (id: number) => execution(await harness.final(id)).error?.code;

describe('an engine in worker threads', () => {
  it('reads while the event loop stays free', async () => {
    await harness.start({ engine });
    const id = await harness.request('busy 1', 'busy 2', 'busy 3', 'busy 4');
    let stalls = 0;
    let done = false;
    const watch = (async () => {
      while (!done) {
        const before = performance.now();
        await sleep(5);
        if (performance.now() - before > 250) stalls++;
      }
    })();
    expect((await harness.final(id)).status).toBe('completed');
    done = true;
    await watch;
    // Each busy document would hold this thread for 300 ms; on a busy machine it may wait so long for a core, but not so
    // often.
    expect(stalls).toBeLessThan(4);
  });

  it('loses its time limit and its thread to an endless document, and no other document', async () => {
    await harness.start({ engine, timeoutMs: 1_000, concurrency: 1 }, { retry: { maxAttempts: 1 } });
    const endless = await harness.request('spin');
    const good = await harness.request('good');
    expect(await errorOf(endless)).toBe('timeout');
    expect((await harness.final(good)).status).toBe('completed');
  });

  it('survives a document that ends its thread', async () => {
    await harness.start(
      { engine, concurrency: 1 },
      { retry: { maxAttempts: 2, firstDelayMs: 1, maxDelayMs: 1 } },
    );
    const deadly = await harness.request('exit');
    const good = await harness.request('good');
    expect(await errorOf(deadly)).toBe('worker_lost');
    expect((await harness.final(good)).status).toBe('completed');
  });

  it('brings typed errors across the thread', async () => {
    await harness.start({ engine });
    expect(await errorOf(await harness.request('corrupt'))).toBe('corrupt_document');
  });

  it('says at once that an engine cannot be loaded, and fails no document for it', async () => {
    const lines = new PassThrough();
    await harness.start(
      { engine: { module, options: { fails: true } } },
      {
        log: pino(lines),
        retry: { maxAttempts: 1, firstDelayMs: 1, maxDelayMs: 1 },
        circuit: { failures: 1 },
      },
    );
    let log = '';
    lines.on('data', (line) => {
      log += line;
    });
    await vi.waitFor(() => expect(log).toContain('the model is not there'), 20_000);
    const id = await harness.request('good');
    const said = await harness.announced(({ state }) => state === 'unavailable');
    expect(said).toMatchObject({ reason: 'The engine could not be loaded' });
    expect(execution(await harness.until(id, () => true))).toMatchObject({ status: 'pending', attempt: 0 });
  });

  it('is ready, and reads what waited, once its engine can be loaded', async () => {
    const missing = join(await mkdtemp(join(tmpdir(), 'engine-')), 'model');
    await harness.start(
      { engine: { module, options: { model: missing } } },
      { circuit: { firstProbeMs: 200, maxProbeMs: 200 } },
    );
    const id = await harness.request('good');
    expect(await harness.announced(({ state }) => state === 'unavailable')).toMatchObject({
      reason: 'The model is missing',
    });
    await writeFile(missing, '');
    expect((await harness.final(id)).status).toBe('completed');
    expect(await harness.announced(({ state }) => state === 'ready')).not.toHaveProperty('reason');
  });
});
