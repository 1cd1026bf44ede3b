import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Engine, readDocument } from '@inkstream/provider-kit';
import { formBomb, generateReceipt, pathBomb, pdfBomb } from '@inkstream/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine } from './engine.ts';

const mebibyte = 2 ** 20;
const compose = readFileSync(new URL('../../../docker-compose.yml', import.meta.url), 'utf8');
/** What a provider's container may take, and the documents that it reads at once: one of them in the slow lane. */
const memoryLimit = Number(/^x-provider:[\s\S]*?mem_limit: (\d+)g/m.exec(compose)?.[1]) * 1024;
const threads = Number(/PADDLE_OCR_THREADS:-(\d+)/.exec(compose)?.[1]) + 1;

/** Resident memory of this process and of those that it has started, MiB. */
function residentMb(): number {
  const tasks = readdirSync('/proc/self/task');
  const children = tasks.flatMap((task) => read(`/proc/self/task/${task}/children`).split(' '));
  const pages = ['self', ...children.filter(Boolean)].map((pid) => read(`/proc/${pid}/statm`).split(' ')[1]);
  return (pages.reduce((sum, count) => sum + Number(count ?? 0), 0) * 4096) / mebibyte;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

let engines: Engine[] = [];
beforeAll(async () => {
  const create = () =>
    createEngine({ model: 'default', maxPages: 50 }, { log: () => {}, native: (call) => call() });
  engines = await Promise.all(Array.from({ length: threads }, create));
}, 60_000);
afterAll(() => Promise.all(engines.map((engine) => engine.close?.())));

test.skipIf(process.platform !== 'linux')(
  'documents that take all the memory they can stay below the mem_limit of compose, and leave none of it taken',
  { timeout: 240_000 },
  async () => {
    const recognise = (engine: Engine, bytes: Uint8Array) =>
      readDocument(engine, { bytes, mimeType: 'application/pdf' }).then(
        () => 'read',
        (error: { code: string }) => error.code,
      );
    const { image } = await generateReceipt({ seed: 1, layout: 'cafe-my', width: 160 });
    await Promise.all(engines.map((engine) => recognise(engine, image)));
    const before = residentMb();
    let peak = before;
    const watching = new AbortController();
    const watch = (async () => {
      for (; !watching.signal.aborted; await sleep(20)) peak = Math.max(peak, residentMb());
    })();
    for (const { bytes } of [pathBomb(), formBomb(), pdfBomb()]) {
      const codes = await Promise.all(engines.map((engine) => recognise(engine, bytes)));
      for (const code of codes) expect(['document_too_large', 'timeout']).toContain(code);
    }
    watching.abort();
    await watch;
    console.info(
      `resident: ${before.toFixed()} MiB before, ${peak.toFixed()} at most, ${residentMb().toFixed()} after`,
    );
    expect(threads).toBeGreaterThan(2);
    // They did take memory, elsewhere.
    expect(peak).toBeGreaterThan(before + 200);
    expect(peak).toBeLessThan(memoryLimit);
    await expect.poll(residentMb, { timeout: 5000 }).toBeLessThan(before + 100);
  },
);
