import { generateReceipt } from '@inkstream/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Api, createApi, type Upload } from './api.ts';
import { expectNothingLeftBehind } from './left-behind.ts';
import type { Memory, RunningInkstream, Start, StartOptions } from './running.ts';
import { reads } from './script.ts';
import type { Stored } from './stored.ts';

export interface InkstreamOptions extends StartOptions {
  /** Most that settled memory may grow from after the first job to the end, bytes. */
  readonly maxGrowth: Memory;
}

/** The Inkstream of a spec file. */
export interface Inkstream {
  readonly api: Api;
  readonly process: RunningInkstream;
  readonly stored: Stored;
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
export function useInkstream(start: Start, { maxGrowth, ...options }: InkstreamOptions): Inkstream {
  let running: RunningInkstream | undefined;
  let before: Memory = { rss: 0, heap: 0 };
  const current = (): RunningInkstream => {
    if (!running) throw new Error('Inkstream does not run outside of tests');
    return running;
  };
  const api = createApi(() => current().url);

  beforeAll(async () => {
    running = await start(options);
    await api.finished(await api.upload([{ bytes: reads('warm') }]));
    if (options.paddle) await api.finished(await api.upload([await receipt()]));
    before = await running.settled();
  });

  afterAll(async () => {
    if (!running) return;
    let stopped: { code: number | null; log: string };
    try {
      await expectNothingLeftBehind(api, running.stored);
      const after = await running.settled();
      expect(after.heap - before.heap, 'growth of the heap').toBeLessThan(maxGrowth.heap);
      expect(after.rss - before.rss, 'growth of resident memory').toBeLessThan(maxGrowth.rss);
    } finally {
      stopped = await running.stop();
    }
    expect(errorsIn(stopped.log)).toEqual([]);
    expect(stopped.code).toBe(0);
  });

  return {
    api,
    get process() {
      return current();
    },
    get stored() {
      return current().stored;
    },
  };
}
