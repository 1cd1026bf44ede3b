import { createHash } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, ocrResultSchema, PROVIDERS_TOPIC, requestsTopic } from '@inkstream/contracts';
import { jobObjects, jobStream } from '@inkstream/domain';
import { readExecutionEvents } from '@inkstream/job-store';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ProviderError } from './provider-error.ts';
import { caller, execution, fault, type Harness, openHarness, wordsEngine } from './spec-support/harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await openHarness();
});
afterEach(() => harness.close());

describe('a provider', () => {
  it('stores the result of a document before it says that it is there', async () => {
    await harness.start({ engine: wordsEngine(async (word) => `read ${word}`) });
    const id = await harness.request('apple');
    const { status, result } = execution(await harness.final(id));
    expect(status).toBe('completed');
    const stored = await buffer(await harness.objects.get(result?.resultKey ?? ''));
    expect(createHash('sha256').update(stored).digest('hex')).toBe(result?.resultSha256);
    expect(stored.byteLength).toBe(result?.resultBytes);
    expect(ocrResultSchema.parse(JSON.parse(stored.toString())).text).toBe('read apple');
    expect(result?.model).toBe('words-1');
  });

  it('reads one event of a job of many files for each of its executions, and no stream of theirs', async () => {
    const read = vi.spyOn(harness.eventStore, 'read');
    const provider = await harness.start({ engine: wordsEngine(async (word) => word) });
    const words = Array.from({ length: 20 }, (_, n) => `word ${n}`);
    const id = await harness.submit(...words);
    await harness.publish(id);
    // Whoever publishes the requests reads the job, too.
    read.mockClear();
    await vi.waitFor(async () => expect(await harness.results(id)).toHaveLength(20), 10_000);
    await provider.close();
    const revisions = read.mock.calls.map(([stream, options]) => {
      expect([stream, options?.limit]).toEqual([jobStream(id), 1]);
      return options?.from;
    });
    expect(revisions.toSorted((a, b) => Number(a) - Number(b))).toEqual(words.map((_, n) => n + 1));
    expect((await harness.final(id)).status).toBe('completed');
  });

  it('fails a document at once if repeating it cannot help', async () => {
    await harness.start({
      engine: wordsEngine(async () => {
        throw fault('corrupt_document');
      }),
    });
    const view = await harness.final(await harness.request('apple'));
    expect(execution(view)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'corrupt_document', message: 'it is corrupt_document' },
    });
  });

  it('keeps the words of a fault within bounds, however many the engine has', async () => {
    const engine = wordsEngine(async () => {
      throw new ProviderError('corrupt_document', 'x'.repeat(1_000_000));
    });
    await harness.start({ engine });
    const { error } = execution(await harness.final(await harness.request('apple')));
    expect(error?.message.length).toBeLessThanOrEqual(1_000);
  });

  it('says once in the log what became of an execution, and for whom', async () => {
    const lines = new PassThrough();
    const engine = wordsEngine(async (word) => {
      if (word === 'pear') throw fault('corrupt_document');
      return word;
    });
    await harness.start({ engine }, { log: pino(lines) });
    const id = await harness.request('apple', 'pear');
    await harness.final(id);
    const said = () =>
      String(lines.read() ?? '')
        .split('\n')
        .filter((line) => line.includes('"msg":"execution '))
        .map((line) => JSON.parse(line));
    let all: unknown[] = [];
    await vi.waitFor(() => {
      all = [...all, ...said()];
      expect(all).toHaveLength(2);
    });
    const common = { level: 30, provider: 'fake', jobId: id, attempt: 1, durationMs: expect.any(Number) };
    const { tenant, requestId } = caller;
    expect(all).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...common, tenant, requestId, executionId: 1, status: 'completed' }),
        expect.objectContaining({ ...common, tenant, requestId, executionId: 2, status: 'failed' }),
      ]),
    );
  });

  it('says of each event that it was the provider’s doing, for the tenant and request of whoever asked', async () => {
    await harness.start({ engine: wordsEngine(async (word) => word) });
    const id = await harness.request('apple');
    await harness.final(id);
    for await (const event of readExecutionEvents(harness.eventStore, { jobId: id, executionId: 1 }))
      expect(event).toMatchObject({
        uid: harness.uidOf(id),
        caller: { ...caller, actor: 'provider:fake' },
      });
  });

  it('tries again what may succeed later', async () => {
    await harness.start({
      engine: wordsEngine(async (word, call) => {
        if (call < 3) throw fault('internal_error');
        return word;
      }),
    });
    const id = await harness.request('apple');
    expect(execution(await harness.final(id))).toMatchObject({
      status: 'completed',
      attempt: 3,
      error: null,
    });
  });

  it('gives up after its attempts, and keeps the words of an unforeseen error to itself', async () => {
    await harness.start(
      {
        engine: wordsEngine(async () => {
          throw new TypeError('secret of the engine');
        }),
      },
      { retry: { firstDelayMs: 1, maxDelayMs: 1, maxAttempts: 3 } },
    );
    const view = await harness.final(await harness.request('apple'));
    expect(execution(view)).toMatchObject({
      status: 'failed',
      attempt: 3,
      error: { code: 'internal_error' },
    });
    expect(JSON.stringify(view)).not.toContain('secret');
  });

  it('waits as long as the provider asks, and reads the others meanwhile', async () => {
    await harness.start({
      concurrency: 1,
      engine: wordsEngine(async (word, call) => {
        if (word === 'slow' && call === 1) throw fault('timeout', 1_500);
        return word;
      }),
    });
    const startedAt = Date.now();
    const slow = await harness.request('slow');
    await harness.until(slow, (view) => execution(view).error !== null);
    await harness.final(await harness.request('quick'));
    expect(Date.now() - startedAt).toBeLessThan(1_400);
    await harness.final(slow);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_500);
  });

  it('reads no more documents at once than it may, those of one job side by side', async () => {
    let now = 0;
    let most = 0;
    await harness.start({
      concurrency: 3,
      engine: wordsEngine(async (word) => {
        most = Math.max(most, ++now);
        // Longer than what surrounds it takes on a busy machine.
        await sleep(150);
        now--;
        return word;
      }),
    });
    await harness.final(await harness.request('a', 'b', 'c', 'd', 'e', 'f', 'g'));
    expect(most).toBe(3);
  });

  it('does a request once though it comes twice', async () => {
    const act = vi.fn(async (word: string) => word);
    await harness.start({ engine: wordsEngine(act) });
    const id = await harness.request('apple');
    await harness.final(id);
    await harness.publish(id);
    await harness.final(await harness.request('pear'));
    expect(act.mock.calls.map(([word]) => word)).toEqual(['apple', 'pear']);
    expect(await harness.events(id)).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
  });

  it('skips a deleted job, and leaves nothing of one that is deleted while it is read', async () => {
    const reading = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    await harness.start({
      engine: wordsEngine(async (word) => {
        reading.resolve();
        await goOn.promise;
        return word;
      }),
    });
    const id = await harness.request('apple');
    await reading.promise;
    await harness.deleteJob(id);
    goOn.resolve();
    await vi.waitFor(async () => expect(await harness.bus.lag(requestsTopic('fake'), 'ocr-fake')).toBe(0));
    expect(await harness.results(id)).toEqual([]);
    expect((await harness.events(id)).at(-1)).toBe('ExecutionCancelled');
  });

  it('fails nothing while the provider is down, and catches up once it is back', async () => {
    let down = true;
    const act = vi.fn(async (word: string) => {
      if (down) throw fault('provider_unavailable');
      return word;
    });
    await harness.start(
      { engine: wordsEngine(act) },
      {
        circuit: { failures: 3, firstProbeMs: 50, maxProbeMs: 50 },
        retry: { firstDelayMs: 1, maxDelayMs: 1, maxAttempts: 3 },
      },
    );
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map((word) => harness.request(word)));
    await vi.waitFor(() => expect(act.mock.calls.length).toBeGreaterThan(4), 8_000);
    const called = act.mock.calls.length;
    await sleep(300);
    // A probe now and then, not a storm.
    expect(act.mock.calls.length - called).toBeLessThan(8);
    down = false;
    for (const id of ids) expect((await harness.final(id)).status).toBe('completed');
  });

  it('fails a document whose bytes are gone or are not those that were uploaded', async () => {
    const [gone, changed] = [await harness.submit('gone'), await harness.submit('changed')];
    const file = (id: number) => `${jobObjects(harness.uidOf(id))}files/1`;
    await harness.objects.delete(file(gone));
    await harness.objects.put(file(changed), new TextEncoder().encode('CHANGED'));
    await harness.start({ engine: wordsEngine(async (word) => word) });
    await harness.publish(gone);
    await harness.publish(changed);
    for (const id of [gone, changed])
      expect(execution(await harness.final(id))).toMatchObject({
        status: 'failed',
        error: { code: 'document_missing' },
      });
  });

  it('sends what is no request to the dead letters', async () => {
    await harness.start({ engine: wordsEngine(async (word) => word) });
    await harness.bus.publish(requestsTopic('fake'), [{ key: '1', value: 'garbage', headers: {} }]);
    const dead = Promise.withResolvers<string>();
    await harness.bus.tail({
      topic: DEAD_LETTER_TOPIC,
      from: 'beginning',
      handler: ({ value }) => dead.resolve(value),
    });
    expect(await dead.promise).toBe('garbage');
    expect((await harness.final(await harness.request('apple'))).status).toBe('completed');
  });

  it('says that it is there, and that it goes', async () => {
    const provider = await harness.start({ engine: wordsEngine(async (word) => word) });
    const announced: { name: string; state: string; lifetimeMs: number }[] = [];
    await harness.bus.tail({
      topic: PROVIDERS_TOPIC,
      from: 'beginning',
      handler: ({ value }) => void announced.push(JSON.parse(value)),
    });
    await vi.waitFor(() => expect(announced.at(-1)?.name).toBe('fake'));
    expect(announced.at(-1)).toMatchObject({ state: 'ready', lifetimeMs: 30_000 });
    await provider.close();
    await vi.waitFor(() => expect(announced.at(-1)).toMatchObject({ name: 'fake', lifetimeMs: 0 }));
  });
});
