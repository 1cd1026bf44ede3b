import { executionStream } from '@inkstream/domain';
import { type RecordedSpan, recordTelemetry } from '@inkstream/testing/telemetry';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';
import { bookOf, pagesEngine } from './spec-support/pages-engine.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let telemetry: ReturnType<typeof recordTelemetry>;
let harness: Harness;
beforeEach(() => {
  telemetry = recordTelemetry();
});
afterEach(async () => {
  await harness.close();
  await telemetry.close();
});

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const TRACEPARENT = `00-${TRACE}-b7ad6b7169203331-01`;
/** So many spans of this name, in the order of their ends. */
const named = (name: string, count: number): Promise<readonly RecordedSpan[]> =>
  vi.waitFor(
    () => {
      const spans = telemetry.spans().filter((span) => span.name === name);
      expect(spans).toHaveLength(count);
      return spans;
    },
    { timeout: 20_000, interval: 10 },
  );
const ids = (spans: readonly RecordedSpan[]) => spans.map(({ spanId }) => spanId);

describe('the trace of an execution', () => {
  it('links an attempt to the one before, and says what became of each', async () => {
    harness = await openHarness();
    const engine = wordsEngine(async (_word, call) => {
      if (call === 1) throw fault('provider_unavailable');
      return 'read';
    });
    await harness.start({ engine });
    const id = await harness.request('a');
    await harness.final(id);
    const concluded = await named('conclude', 2);
    const [first, second] = await named('attempt', 2);
    expect([first?.failed, second?.failed]).toEqual([true, false]);
    expect(first?.attributes).toMatchObject({ 'error.type': 'provider_unavailable', 'inkstream.attempt': 1 });
    expect(second?.attributes).toMatchObject({ 'inkstream.attempt': 2, 'inkstream.outcome': 'read' });
    expect([first?.links, second?.links]).toEqual([[], [concluded[0]?.spanId]]);
    expect(concluded.map(({ attributes }) => attributes['inkstream.outcome'])).toEqual([
      'retried',
      'completed',
    ]);
    const [taken] = await named('process ocr.requests.fake', 1);
    for (const span of [first, second, ...concluded]) expect(span?.parentId).toBe(taken?.spanId);
  });

  it('links an attempt to one that was lost with its worker, in whatever process', async () => {
    harness = await openHarness();
    const id = await harness.submit('a');
    const lost = { type: 'StartExecution', attempt: 1, worker: 'dead' } as const;
    await harness.act(id, lost, 1, TRACEPARENT);
    await harness.start({ engine: wordsEngine(async () => 'read') });
    // Since it was requested just now, its stream is taken to be empty: what is there is met as a conflict first.
    await harness.publish(id);
    await harness.final(id);
    const made = (await named('attempt', 2)).find(({ attributes }) => attributes['inkstream.attempt'] === 2);
    expect(made?.links).toEqual(['b7ad6b7169203331']);
  });

  it('links what is handed over to the reading before', async () => {
    const auto = { first: 'fake', next: ['second'], fields: ['total'], confidence: 0.8 };
    harness = await openHarness({ auto });
    const { engine } = pagesEngine(async () => ({ lines: [{ text: 'Total' }] }));
    await harness.start({ name: 'fake', engine });
    await harness.start({ name: 'second', engine });
    const id = await harness.request(bookOf(1));
    await harness.until(id, (job) => execution(job).asked === 'second');
    await harness.publishHandovers(id);
    await harness.final(id);
    const [handedOver] = await named('conclude', 2);
    const [, second] = await named('attempt', 2);
    expect(handedOver?.attributes['inkstream.outcome']).toBe('handed_over');
    expect(second?.attributes['inkstream.provider']).toBe('second');
    expect(second?.links).toEqual([handedOver?.spanId]);
  });

  it('has each page that a thread reads, those too that it dies of', async () => {
    harness = await openHarness();
    const module = new URL('./spec-support/dying-pages-engine.ts', import.meta.url);
    await harness.start(
      { engine: { module, options: { dies: 2 } }, concurrency: 1 },
      { retry: { maxAttempts: 1, maxLost: 1, firstDelayMs: 1 } },
    );
    const id = await harness.request(bookOf(2));
    await harness.final(id);
    const pages = await named('read page', 2);
    const attempts = telemetry.spans().filter(({ name }) => name === 'attempt');
    expect(ids(attempts)).toEqual(expect.arrayContaining(pages.map(({ parentId }) => parentId)));
    expect(pages.map(({ attributes, failed }) => [attributes['inkstream.page.numbers'], failed])).toEqual([
      [[1], false],
      [[2], true],
    ]);
    expect(pages[1]?.attributes['error.type']).toBe('worker_lost');
  });

  it('goes on with the trace of its message in a process that traces nothing', async () => {
    await telemetry.close();
    harness = await openHarness();
    await harness.start({ engine: wordsEngine(async () => 'read') });
    const id = await harness.submit('a');
    await harness.publish(id, TRACEPARENT);
    await harness.final(id);
    const stream = executionStream({ jobId: id, executionId: 1 });
    const events = await Array.fromAsync(harness.eventStore.read(stream));
    expect(events.map(({ metadata }) => metadata.traceparent)).toEqual([TRACEPARENT, TRACEPARENT]);
  });
});
