import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { silentLogger } from '@inkstream/service-kit';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openEnginePool } from './engine-pool.ts';
import { Purse } from './limits/purse.ts';
import { nobody } from './pages-read.ts';
import { defineProvider } from './provider.ts';

const living = new Set<Worker>();
const watch = (worker: Worker) => {
  living.add(worker);
  worker.once('exit', () => living.delete(worker));
};
beforeEach(() => {
  living.clear();
  process.on('worker', watch);
});
afterEach(() => void process.off('worker', watch));

/** A module that imports a CommonJS one that never ends to load, and a wait for its beginning. */
async function endlessModule() {
  const folder = await mkdtemp(join(tmpdir(), 'module-'));
  const [file, begun] = [join(folder, 'module.mjs'), join(folder, 'begun')];
  await writeFile(file, "import endless from './endless.cjs'; export default endless.name;");
  const endless = `require('node:fs').writeFileSync(${JSON.stringify(begun)}, ''); for (;;);`;
  await writeFile(join(folder, 'endless.cjs'), endless);
  return {
    href: pathToFileURL(file).href,
    begun: () => vi.waitFor(() => expect(existsSync(begun)).toBe(true), 20_000),
  };
}

function openPool(options: object, log = silentLogger()) {
  const definition = defineProvider({
    name: 'tricky',
    version: '1',
    description: 'Does what its document says',
    accepts: ['image/png'],
    limits: { maxBytes: 1_000, maxPages: 1 },
    concurrency: 1,
    timeoutMs: 3_000,
    engine: { module: new URL('./spec-support/tricky-engine.ts', import.meta.url), options },
  });
  return openEnginePool(definition, log);
}

// Node swallows the end of a thread that is evaluating a CommonJS module: it goes on with what imports that one, and one
// with nothing to do would then wait for ever.
it('threads that are ended while they load a module are gone, and what breaks off thereby is not logged', async () => {
  const { href, begun } = await endlessModule();
  const log = silentLogger();
  const errors = vi.spyOn(log, 'error');
  const pool = openPool({ first: href }, log);
  await begun();
  expect(living.size).toBeGreaterThan(0);
  await pool.close();
  expect(living.size).toBe(0);
  expect(errors).not.toHaveBeenCalled();
}, 30_000);

it('a thread that is ended since its document takes too long is gone, though it loads a module', async () => {
  const { href, begun } = await endlessModule();
  const pool = openPool({ late: href });
  const { signal } = new AbortController();
  const document = { bytes: new TextEncoder().encode('import'), mimeType: 'image/png' };
  const task = { selected: undefined, there: [], ended: 0 };
  const options = {
    slow: true,
    key: 1,
    othersWait: () => false,
    signal,
    task,
    sink: nobody,
    purse: new Purse(),
  };
  const outcome = pool.recognise(document, options);
  await begun();
  const before = [...living];
  expect(await outcome).toMatchObject({ kind: 'failed', fault: { code: 'timeout' } });
  await vi.waitFor(() => expect(before.every((worker) => living.has(worker))).toBe(false), 10_000);
  await pool.close();
  expect(living.size).toBe(0);
}, 40_000);
