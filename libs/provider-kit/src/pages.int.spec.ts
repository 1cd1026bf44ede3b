import { evolveExecution, requestedExecution } from '@inkstream/domain';
import { readExecutionEvents } from '@inkstream/job-store';
import { type ObjectStore, ObjectStoreUnavailableError } from '@inkstream/object-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness } from './spec-support/harness.ts';
import { type ActOnPage, bookOf, pagesEngine, stoppingAt } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
/** All that is left of an execution is its result. */
const onlyTheResult = (id: number) =>
  vi.waitFor(
    async () => expect(await harness.results(id)).toEqual([expect.stringMatching(/result-\d+\.json$/)]),
    20_000,
  );
const nothing = (id: number) => vi.waitFor(async () => expect(await harness.results(id)).toEqual([]), 20_000);
const storedPages = async (id: number) =>
  (await harness.results(id)).filter((key) => /\/pages\/\d+\.json$/.test(key)).length;

describe('a page that cannot be read', () => {
  const badPage =
    (bad: number, code: Parameters<typeof fault>[0]): ActOnPage =>
    async ({ number }) => {
      if (number === bad) throw fault(code);
      return `page ${number}`;
    };

  it.each([1, 2, 3])('costs itself: page %i of 3', async (bad) => {
    const { engine, calls } = pagesEngine(badPage(bad, 'content_refused'));
    await harness.start({ engine });
    const id = await harness.request(bookOf(3));
    const { pages, warnings } = await harness.result(id);
    const error = { code: 'content_refused', message: 'it is content_refused' };
    expect(pages.map((page) => page.error)).toEqual(
      upTo(3).map((page) => (page === bad ? error : undefined)),
    );
    expect(warnings).toEqual([{ code: 'page_not_read', message: error.message, page: bad }]);
    const { result } = execution(await harness.final(id));
    expect(result).toMatchObject({ pages: 3, pageErrors: 1 });
    expect(calls).toEqual([1, 2, 3]);
    await onlyTheResult(id);
  });

  it('fails the document if there is none that can, as its first page failed, and leaves nothing', async () => {
    const { engine, calls } = pagesEngine(async ({ number }) => {
      throw fault(number === 1 ? 'corrupt_document' : 'content_refused');
    });
    await harness.start({ engine });
    const id = await harness.request(bookOf(3));
    const { status, error } = execution(await harness.final(id));
    expect([status, error?.code, calls]).toEqual(['failed', 'corrupt_document', [1, 2, 3]]);
    await nothing(id);
  });

  it('is tried again alone if that may help, once the others are read', async () => {
    const { engine, calls } = pagesEngine(async ({ number, call }) => {
      if (number === 2 && call === 1) throw fault('internal_error');
      return `page ${number}`;
    });
    await harness.start({ engine });
    const id = await harness.request(bookOf(4));
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
    expect(calls).toEqual([1, 2, 3, 4, 2]);
    await onlyTheResult(id);
  });

  it('costs itself in the end if that does not help', async () => {
    const { engine, calls } = pagesEngine(badPage(2, 'internal_error'));
    await harness.start({ engine }, { retry: { maxAttempts: 3, firstDelayMs: 1, maxDelayMs: 1 } });
    const id = await harness.request(bookOf(3));
    const { pages } = await harness.result(id);
    expect(pages.map(({ error }) => error?.code)).toEqual([undefined, 'internal_error', undefined]);
    expect(calls).toEqual([1, 2, 3, 2, 2]);
    await onlyTheResult(id);
  });

  it('costs itself if its time limit is used up twice: the others come first the second time', async () => {
    const { engine } = pagesEngine(({ number, signal }) => {
      if (number !== 2) return Promise.resolve(`page ${number}`);
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      return promise;
    });
    await harness.start({ engine, pageTimeoutMs: 400 });
    const id = await harness.request(bookOf(4));
    const { pages } = await harness.result(id);
    expect(pages.map(({ error }) => error?.code)).toEqual([undefined, 'timeout', undefined, undefined]);
  });
});

describe('a provider that goes down in the middle of a document', () => {
  it('is asked for the pages that are left once it is back; the answers that still came are kept', async () => {
    let down = true;
    const { engine, calls } = pagesEngine(async ({ number }) => {
      if (number === 3 && down) throw fault('rate_limited');
      return {
        lines: [{ text: `page ${number}` }],
        usage: { pages: 1 },
        cost: { amount: '0.004', currency: 'USD' },
      };
    }, 3);
    await harness.start({ engine }, { circuit: { firstProbeMs: 50, maxProbeMs: 50 } });
    const id = await harness.request(bookOf(9));
    await harness.until(id, (view) => execution(view).error?.code === 'rate_limited');
    const bought = calls.filter((page) => page !== 3);
    down = false;
    const { result } = execution(await harness.final(id));
    expect(sorted(calls.filter((page) => page !== 3))).toEqual(upTo(9).filter((page) => page !== 3));
    expect(bought.length).toBeLessThan(8);
    expect(result?.pages).toBe(9);
    const events = await Array.fromAsync(
      readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }),
    );
    expect(events.reduce(evolveExecution, requestedExecution).spent).toEqual({
      usage: { pages: 9 },
      cost: { amount: '0.036', currency: 'USD' },
    });
  });
});

describe('while the object store takes nothing', () => {
  let refuses: boolean;
  const refusing = (): ObjectStore =>
    new Proxy(harness.objects, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) =>
          refuses && name === 'put'
            ? Promise.reject(new ObjectStoreUnavailableError('The object store is full'))
            : value.apply(target, args);
      },
    });

  it('the pages of a document are read, none of them twice', async () => {
    refuses = true;
    const { engine, calls } = pagesEngine();
    await harness.start({ engine }, { objects: refusing() });
    const id = await harness.request(bookOf(5));
    await vi.waitFor(() => expect(calls).toEqual(upTo(5)), 20_000);
    refuses = false;
    expect((await harness.result(id)).pages).toHaveLength(5);
    expect(calls).toEqual(upTo(5));
    await onlyTheResult(id);
  });

  it('an attempt that failed ends once the pages that it read are stored', async () => {
    refuses = true;
    const { engine, calls } = pagesEngine(async ({ number, call }) => {
      if (number === 3 && call === 1) throw fault('internal_error');
      return `page ${number}`;
    });
    await harness.start({ engine }, { objects: refusing() });
    const id = await harness.request(bookOf(4));
    await vi.waitFor(() => expect(calls).toEqual(upTo(4)), 20_000);
    expect(execution(await harness.until(id, () => true))).toMatchObject({ status: 'running', attempt: 1 });
    refuses = false;
    expect(execution(await harness.final(id))).toMatchObject({ status: 'completed', attempt: 2 });
    expect(calls).toEqual([1, 2, 3, 4, 3]);
  });
});

describe('what is left of pages', () => {
  it.each(['deleteJob', 'deleteFile', 'cancel'] as const)('is removed after a %s meanwhile', async (how) => {
    const { act, there, goOn } = stoppingAt(2);
    await harness.start({ engine: pagesEngine(act).engine });
    const id = await harness.request(bookOf(3));
    await there;
    await vi.waitFor(async () => expect(await storedPages(id)).toBe(1), 20_000);
    if (how === 'cancel') await harness.act(id, { type: 'CancelExecution', reason: 'asked' });
    else await harness[how](id);
    goOn();
    await nothing(id);
    expect((await harness.events(id)).at(-1)).toBe('ExecutionCancelled');
  });

  it('is removed after somebody else gave the execution up', async () => {
    const { act, there, goOn } = stoppingAt(2);
    await harness.start({ engine: pagesEngine(act).engine });
    const id = await harness.request(bookOf(3));
    await there;
    const error = { code: 'deadline_exceeded', message: 'It took too long' } as const;
    await harness.act(id, { type: 'GiveUpExecution', error });
    goOn();
    await nothing(id);
  });

  it('is removed though its worker died between the result and the removal', async () => {
    const { engine } = pagesEngine();
    const id = await harness.submit(bookOf(2));
    await harness.act(id, { type: 'StartExecution', attempt: 1, worker: 'dead' });
    const text = new TextEncoder().encode('{}');
    for (const name of ['result-1.json', 'raw-1.json', 'pages/1.json', 'pages/2.json', 'pages/2.note'])
      await harness.objects.put(harness.objectOf(id, name), text);
    const facts = { resultBytes: 2, resultSha256: '0'.repeat(64), pages: 2, model: 'm', durationMs: 1 };
    const resultKey = harness.objectOf(id, 'result-1.json');
    await harness.act(id, { type: 'CompleteExecution', attempt: 1, resultKey, ...facts });
    await harness.start({ engine });
    await harness.publish(id);
    const kept = ['raw-1.json', 'result-1.json'].map((name) => harness.objectOf(id, name));
    await vi.waitFor(async () => expect(await harness.results(id)).toEqual(kept), 20_000);
  });

  it('is read again if it makes no sense', async () => {
    const id = await harness.submit(bookOf(2));
    await harness.loseAttempts(id, 1);
    const stored = { schemaVersion: 99, page: { number: 1 } };
    await harness.objects.put(harness.objectOf(id, 'pages/1.json'), Buffer.from(JSON.stringify(stored)));
    await harness.objects.put(harness.objectOf(id, 'pages/2.json'), Buffer.from('{"schemaVers'));
    const { engine, calls } = pagesEngine();
    await harness.start({ engine });
    await harness.publish(id);
    await harness.final(id);
    expect(sorted(calls)).toEqual([1, 2]);
  });
});

it('reads the selected pages alone, and says which of them there are not', async () => {
  const { engine, calls } = pagesEngine();
  await harness.start({ engine });
  const id = await harness.request(bookOf(5));
  await harness.final(id);
  calls.length = 0;
  await harness.requestPages(id, [4, 2, 9]);
  const { pages, warnings } = await harness.result(id, 2);
  expect(calls).toEqual([2, 4]);
  expect(pages.map(({ number, lines, error }) => [number, lines[0]?.text ?? error?.message])).toEqual([
    [2, 'page 2'],
    [4, 'page 4'],
    [9, 'There is no page 9: the document has 5'],
  ]);
  expect(warnings).toMatchObject([{ code: 'page_not_read', page: 9 }]);
});

it('keeps the own answers of a vendor beside the result, page by page, those of an earlier attempt too', async () => {
  const { engine } = pagesEngine(async ({ number, call }) => {
    if (number === 2 && call === 1) throw fault('internal_error');
    return { lines: [{ text: `page ${number}` }], ...(number < 3 && { raw: { said: number } }) };
  });
  await harness.start({ engine });
  const id = await harness.request(bookOf(3));
  await harness.final(id);
  const raw = await harness.objects.get(harness.objectOf(id, 'raw-2.json'));
  expect(JSON.parse(Buffer.concat(await Array.fromAsync(raw)).toString())).toEqual([
    { page: 1, answer: { said: 1 } },
    { page: 2, answer: { said: 2 } },
  ]);
});

it('merges what a vendor states of pages into receipts, and takes their Markdown', async () => {
  const { engine } = pagesEngine(async ({ number }) => ({
    lines: [{ text: number === 1 ? 'Maple Deli' : 'TOTAL 9.90' }],
    markdown: `# ${number}`,
    receipts: [
      number === 1 ? { merchant: { value: 'Maple Deli' } } : { total: { value: '9.90', lines: [0] } },
    ],
  }));
  await harness.start({ engine });
  const { receipts, markdown } = await harness.result(await harness.request(bookOf(2)));
  expect(receipts).toMatchObject([
    { pages: [1, 2], merchant: { value: 'Maple Deli' }, total: { value: '9.90', lines: [1] } },
  ]);
  expect(markdown).toBe('# 1\n\n---\n\n# 2');
});
