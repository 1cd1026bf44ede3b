import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProviderDefinition } from './provider.ts';
import { pulseMemory } from './spec-support/endless-engine.ts';
import { execution, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

// New threads load slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const endless = () => {
  const module = new URL('./spec-support/endless-engine.ts', import.meta.url);
  return { module, options: pulseMemory() };
};
const stalling = (count: number) => Array.from({ length: count }, (_, n) => `stall ${n}`);

describe('a job of documents that all use up their time limit', () => {
  /** How many attempts there were of each document, and how many second ones at once. */
  function watchedEngine() {
    const attempts = new Map<string, number>();
    let retries = 0;
    let most = 0;
    const engine = wordsEngine(async (word, call, signal) => {
      if (!word.startsWith('stall')) return word;
      attempts.set(word, call);
      if (call > 1) most = Math.max(most, ++retries);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      if (call > 1) retries--;
      throw signal.reason;
    });
    return { engine, attempts, mostRetriesAtOnce: () => most };
  }

  it('lets other jobs be done within a few time limits, though it has 100 of them', async () => {
    const { engine } = watchedEngine();
    await harness.start({ engine, concurrency: 2, timeoutMs: 300 });
    const id = await harness.request(...stalling(100));
    await harness.until(id, ({ status }) => status === 'running');
    for (let n = 0; n < 3; n++) {
      const before = performance.now();
      expect((await harness.final(await harness.request(`canary ${n}`))).status).toBe('completed');
      // All first attempts take 15 s at least, all second ones 30 s.
      expect(performance.now() - before).toBeLessThan(4_000);
    }
    expect((await harness.until(id, () => true)).status).toBe('running');
  });

  it('has each of them tried once more, one at a time, whatever the number of attempts', async () => {
    const { engine, attempts, mostRetriesAtOnce } = watchedEngine();
    await harness.start(
      { engine, concurrency: 4, timeoutMs: 50 },
      { retry: { maxAttempts: 9, firstDelayMs: 1 } },
    );
    const id = await harness.request(...stalling(30));
    await vi.waitFor(() => expect([...attempts.values()].every((count) => count === 2)).toBe(true), 20_000);
    const view = await harness.until(id, ({ status }) => status === 'failed');
    for (const one of view.executions)
      expect(one).toMatchObject({ status: 'failed', attempt: 2, error: { code: 'timeout' } });
    expect(mostRetriesAtOnce()).toBe(1);
  });
});

describe('a document that used up its limit', () => {
  it('takes no thread from others when it is tried again', async () => {
    await harness.start({ engine: endless(), concurrency: 1, timeoutMs: 3_000 });
    const slow = await harness.request('loop');
    await harness.until(slow, (view) => execution(view).attempt === 2);
    expect((await harness.final(await harness.request('good'))).status).toBe('completed');
    // It was at its second attempt all along.
    expect(execution(await harness.until(slow, () => true))).toMatchObject({ status: 'running', attempt: 2 });
    const view = await harness.until(slow, ({ status }) => status === 'failed');
    expect(execution(view).error).toEqual({
      code: 'timeout',
      message: 'The document was not read within 3 s',
    });
  });
});

describe.each(['in worker threads', 'in this thread'])('a time limit for each page, %s', (where) => {
  const inThisThread = wordsEngine(async (word, _, signal, pageRead) => {
    for (let page = 0; page < (word === 'book' ? 12 : 5) && word !== 'canary'; page++) {
      await sleep(word === 'await' ? 60_000 : 400, undefined, { signal });
      pageRead();
    }
    return word;
  });
  const start = (
    limits: Pick<ProviderDefinition, 'timeoutMs' | 'pageTimeoutMs'> & Partial<ProviderDefinition>,
  ) => harness.start({ engine: where === 'in this thread' ? inThisThread : endless(), ...limits });

  it('begins again with each page', async () => {
    // Five pages of 400 ms.
    await start({ timeoutMs: 30_000, pageTimeoutMs: 1_500 });
    expect(execution(await harness.final(await harness.request('pages')))).toMatchObject({
      status: 'completed',
      attempt: 1,
    });
  });

  it('ends a document one page of which takes longer', async () => {
    await start({ timeoutMs: 30_000, pageTimeoutMs: 500 });
    const view = await harness.final(await harness.request('await'));
    expect(execution(view)).toMatchObject({
      attempt: 2,
      error: { code: 'timeout', message: 'A page of the document was not read within 0.5 s' },
    });
  });

  it('leaves that of the whole document as it is', async () => {
    await start({ timeoutMs: 900, pageTimeoutMs: 800 });
    const view = await harness.final(await harness.request('pages'));
    expect(execution(view).error?.message).toBe('The document was not read within 0.9 s');
  });

  it('is all that a document of many pages has while those of other jobs wait: it goes on in the slow lane', async () => {
    await start({ timeoutMs: 30_000, pageTimeoutMs: 2_000, concurrency: 1 });
    // Each takes five seconds, and those of its own job are no others.
    const books = await harness.request('book', 'book');
    const alone = await harness.until(books, ({ executions }) =>
      executions.some(({ status }) => status === 'completed'),
    );
    expect(alone.executions.map(({ attempt }) => attempt).sort()).toEqual([expect.any(Number), 1]);
    const canary = await harness.request('canary');
    expect(execution(await harness.final(canary))).toMatchObject({ status: 'completed', attempt: 1 });
    const { executions } = await harness.final(books);
    expect(executions.map(({ status, attempt }) => [status, attempt]).sort()).toEqual([
      ['completed', 1],
      ['completed', 2],
    ]);
  });
});
