import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { describe, expect, it, vi } from 'vitest';
import { type Harness, openHarness } from './spec-support/harness.ts';
import { type ActOnPage, bookOf, pagesEngine, stoppingAt } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000 });

/** One for each test, as they run at once: a bus gives a worker that stops ten seconds. */
async function opened() {
  const harness = await openHarness();
  return { ...harness, [Symbol.asyncDispose]: () => harness.close() };
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
const onlyTheResult = (harness: Harness, id: number) =>
  vi.waitFor(
    async () => expect(await harness.results(id)).toEqual([expect.stringMatching(/result-\d+\.json$/)]),
    20_000,
  );
const nothing = (harness: Harness, id: number) =>
  vi.waitFor(async () => expect(await harness.results(id)).toEqual([]), 20_000);
const storedPages = async (harness: Harness, id: number) =>
  (await harness.results(id)).filter((key) => /\/pages\/\d+\.json$/.test(key)).length;

/** An event store that takes nothing any more once its process is as good as dead. */
function mortalStore(store: EventStore) {
  let dead = false;
  const eventStore = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        dead && name === 'append'
          ? Promise.reject(new EventStoreUnavailableError('It is gone'))
          : value.apply(target, args);
    },
  }) satisfies EventStore;
  const die = () => {
    dead = true;
  };
  return { eventStore, die };
}

describe.concurrent('a worker that dies at page 30 of 50', () => {
  it.each([1, 4])('leaves 20 pages to read, if %i are read at once', async (width) => {
    await using harness = await opened();
    const first = stoppingAt(31);
    const dying = pagesEngine(first.act, width);
    const { eventStore, die } = mortalStore(harness.eventStore);
    const provider = await harness.start({ engine: dying.engine, timeoutMs: 60_000 }, { eventStore });
    const id = await harness.request(bookOf(50));
    await first.there;
    // The others that are read at once go on to the end of the book: their answers come.
    const read = width === 1 ? 30 : 49;
    await vi.waitFor(async () => expect(await storedPages(harness, id)).toBe(read), 20_000);
    die();
    await provider.close();
    const next = pagesEngine();
    await harness.start({ engine: next.engine });
    const { pages, text } = await harness.result(id);
    expect(sorted(next.calls)).toEqual(upTo(50).filter((page) => page > 30 && (width === 1 || page === 31)));
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionStarted', 'ExecutionCompleted']);
    expect(pages.map(({ number }) => number)).toEqual(upTo(50));
    expect(text).toBe(
      upTo(50)
        .map((page) => `page ${page}`)
        .join('\n\n'),
    );
    await onlyTheResult(harness, id);
  });

  it('leaves them to whoever takes over what it handed back, too', async () => {
    await using harness = await opened();
    const first = stoppingAt(31);
    const provider = await harness.start({ engine: pagesEngine(first.act).engine, timeoutMs: 60_000 });
    const id = await harness.request(bookOf(50));
    await first.there;
    await provider.close();
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionReleased']);
    const next = pagesEngine();
    await harness.start({ engine: next.engine });
    await harness.final(id);
    expect(sorted(next.calls)).toEqual(upTo(50).slice(30));
  });

  it('leaves what it noted of a page to the next one, until the execution ends', async () => {
    await using harness = await opened();
    const { eventStore, die } = mortalStore(harness.eventStore);
    const first = stoppingAt(2);
    const noting: ActOnPage = async (turn) => {
      await turn.note.set(`token ${turn.number}`);
      return first.act(turn);
    };
    const provider = await harness.start(
      { engine: pagesEngine(noting).engine, timeoutMs: 60_000 },
      { eventStore },
    );
    const id = await harness.request(bookOf(3));
    await first.there;
    die();
    await provider.close();
    const next = pagesEngine(async ({ note }) => `found ${await note.get()}`);
    await harness.start({ engine: next.engine });
    expect((await harness.result(id)).text).toBe('page 1\n\nfound token 2\n\nfound null');
    await onlyTheResult(harness, id);
  });

  it('leaves nothing behind if its job is deleted before another one comes', async () => {
    await using harness = await opened();
    const { eventStore, die } = mortalStore(harness.eventStore);
    const first = stoppingAt(3);
    const provider = await harness.start(
      { engine: pagesEngine(first.act).engine, timeoutMs: 60_000 },
      { eventStore },
    );
    const id = await harness.request(bookOf(3));
    await first.there;
    await vi.waitFor(async () => expect(await storedPages(harness, id)).toBe(2), 20_000);
    die();
    await provider.close();
    await harness.deleteJob(id);
    const next = pagesEngine();
    await harness.start({ engine: next.engine });
    await nothing(harness, id);
    expect(next.calls).toEqual([]);
  });
});
