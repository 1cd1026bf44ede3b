import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateReceipt } from '@inkstream/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Api, createApi, type Upload } from './api.ts';
import { expectNothingLeftBehind } from './left-behind.ts';
import { type InkstreamProcess, type Memory, type ProcessOptions, startProcess } from './process.ts';
import { reads } from './script.ts';

export interface InkstreamOptions extends Omit<ProcessOptions, 'dataDir'> {
  /** Most that settled memory may grow from after the first job to the end, bytes. */
  readonly maxGrowth: Memory;
}

/** The Inkstream of a spec file. */
export interface Inkstream {
  readonly api: Api;
  readonly process: InkstreamProcess;
  readonly dataDir: string;
}

/** A real receipt, so that the engine has its models and buffers before memory is measured. */
async function receipt(): Promise<Upload> {
  const { image } = await generateReceipt({ seed: 1 });
  return { bytes: Buffer.from(image), provider: 'paddle-ocr-local' };
}

/** Level of `error` in pino's lines. */
const ERROR = 50;

const errorsIn = (log: string): string[] =>
  log.split('\n').filter((line) => line !== '' && (JSON.parse(line) as { level: number }).level >= ERROR);

/**
 * An Inkstream for all tests of the file that calls this. Once they are done, whatever they did, it must have left
 * nothing behind, grown no more than it may, logged no error, and end when asked to.
 */
export function useInkstream({ maxGrowth, ...options }: InkstreamOptions): Inkstream {
  let running: InkstreamProcess | undefined;
  let dataDir = '';
  let before: Memory = { rss: 0, heap: 0 };
  const current = (): InkstreamProcess => {
    if (!running) throw new Error('Inkstream does not run outside of tests');
    return running;
  };
  const api = createApi(() => current().url);

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'inkstream-e2e-'));
    running = await startProcess({ dataDir, ...options });
    await api.finished(await api.upload([{ bytes: reads('warm') }]));
    if (options.paddle) await api.finished(await api.upload([await receipt()]));
    before = await running.settled();
  });

  afterAll(async () => {
    if (!running) return;
    let stopped: { code: number | null; log: string };
    try {
      await expectNothingLeftBehind(api, dataDir);
      const after = await running.settled();
      expect(after.heap - before.heap, 'growth of the heap').toBeLessThan(maxGrowth.heap);
      expect(after.rss - before.rss, 'growth of resident memory').toBeLessThan(maxGrowth.rss);
    } finally {
      stopped = await running.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
    expect(errorsIn(stopped.log)).toEqual([]);
    expect(stopped.code).toBe(0);
  });

  return {
    api,
    get process() {
      return current();
    },
    get dataDir() {
      return dataDir;
    },
  };
}
