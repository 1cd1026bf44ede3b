import { createHash } from 'node:crypto';
import { type EventStore, EventStoreUnavailableError } from '@inkstream/event-store';
import { enterReusable, executeOnJob, readExecutionEvents } from '@inkstream/job-store';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from './engine.ts';
import { settingsOf } from './reuse.ts';
import { caller, execution, fault, type Harness, openHarness } from './spec-support/harness.ts';

vi.setConfig({ testTimeout: 60_000 });

let harness: Harness;
/** How often the vendor was called. */
let calls: number;
beforeEach(async () => {
  harness = await openHarness();
  harness.uploader.reuseHours = 24;
  calls = 0;
});
afterEach(() => harness.close());

const usd = (amount: string) => ({ amount, currency: 'USD' });

/** A vendor that bills each call, and tells how many it had. */
const vendor = (act: (call: number) => void = () => {}): Engine => ({
  async recognise({ bytes }, { call, opened, pageRead }) {
    const [number = 1] = opened(1);
    const text = new TextDecoder().decode(bytes);
    const reading = await call(async () => {
      act(++calls);
      return { lines: [{ text: `${text} ${calls}` }], model: 'm-1', usage: { pages: 1 }, cost: usd('0.01') };
    });
    pageRead(number, reading);
    return null;
  },
});

async function read(id: number, executionId = 1) {
  const { text, reused } = await harness.result(id, executionId);
  return { text, reused };
}
async function completed(id: number, executionId = 1) {
  const events = await Array.fromAsync(readExecutionEvents(harness.eventStore, { jobId: id, executionId }));
  return events.find(({ type }) => type === 'ExecutionCompleted')?.data;
}
const upload = async (word = 'apple') => {
  const id = await harness.request(word);
  await harness.final(id);
  return id;
};

describe('the same bytes, uploaded again', () => {
  it('have the stored result as a copy of their own, marked as reused, for nothing', async () => {
    await harness.start({ engine: vendor() });
    const [first, second] = [await upload(), await upload()];
    expect(await read(first)).toEqual({ text: 'apple 1', reused: undefined });
    expect(await read(second)).toEqual({ text: 'apple 1', reused: true });
    expect(await completed(first)).toMatchObject({ usage: { pages: 1 }, cost: usd('0.01') });
    expect(await completed(second)).toMatchObject({
      attempt: 1,
      model: 'm-1',
      pages: 1,
      reused: true,
      usage: { pages: 0 },
      cost: usd('0'),
      resultKey: harness.objectOf(second, 'result-1.json'),
    });
    expect(await completed(first)).not.toHaveProperty('reused');
    expect(calls).toBe(1);
    expect(await harness.results(second)).toEqual([harness.objectOf(second, 'result-1.json')]);
  });

  it('keep their copy once the job that it is from is deleted', async () => {
    await harness.start({ engine: vendor() });
    const [first, second] = [await upload(), await upload()];
    await harness.deleteJob(first);
    for (const key of await harness.results(first)) await harness.objects.delete(key);
    expect(await read(second)).toEqual({ text: 'apple 1', reused: true });
  });

  it('are read for a tenant that reuses nothing, and what was read then is not reused later', async () => {
    await harness.start({ engine: vendor() });
    harness.uploader.reuseHours = 0;
    await upload();
    harness.uploader.reuseHours = 24;
    await upload();
    harness.uploader.reuseHours = 0;
    await upload();
    expect(calls).toBe(3);
  });

  it('are read for another tenant', async () => {
    await harness.start({ engine: vendor() });
    await upload();
    harness.uploader.tenant = 'other';
    const second = await upload();
    expect(await read(second)).toEqual({ text: 'apple 2', reused: undefined });
    expect((await read(await upload())).text).toBe('apple 2');
  });

  it('are read once the result is older than so many hours, by the clock of the event store', async () => {
    let aheadMs = 0;
    const eventStore = () => harness.eventStore;
    const later = (): EventStore =>
      Object.assign(Object.create(eventStore()), {
        async *read(...args: Parameters<EventStore['read']>) {
          for await (const event of eventStore().read(...args))
            yield event.stream === 'clock'
              ? { ...event, recordedAt: new Date(Date.parse(event.recordedAt) + aheadMs).toISOString() }
              : event;
        },
        append: (...args: Parameters<EventStore['append']>) => eventStore().append(...args),
      });
    const first = await harness.start({ engine: vendor() }, { eventStore: later() });
    await upload();
    await first.close();
    aheadMs = 23 * 3_600_000;
    const second = await harness.start({ engine: vendor() }, { eventStore: later() });
    await upload();
    expect(calls).toBe(1);
    await second.close();
    aheadMs = 25 * 3_600_000;
    await harness.start({ engine: vendor() }, { eventStore: later() });
    await upload();
    expect(calls).toBe(2);
  });

  it.each([{ model: 'm-2' }, { version: '2' }, { settings: 'other languages' }])(
    'are read by another model, version or settings (%o)',
    async (changed) => {
      const before = await harness.start({ engine: vendor(), model: 'm-1', settings: 'languages' });
      await upload();
      await before.close();
      await harness.start({ engine: vendor(), model: 'm-1', settings: 'languages', ...changed });
      await upload();
      expect(calls).toBe(2);
    },
  );

  it('are read for other pages, though not for the same ones', async () => {
    await harness.start({ engine: vendor(), limits: { maxBytes: 1_000, maxPages: 9 } });
    await upload();
    harness.uploader.pages = [1];
    await upload();
    await upload();
    expect(calls).toBe(2);
  });

  it('are read for a policy, which judges what is read, and what was read for one is not reused', async () => {
    await harness.start({ engine: vendor() });
    const auto = { first: 'fake', next: ['second'], fields: [], confidence: 0.8 };
    harness.uploader.auto = auto;
    expect(await read(await upload())).toEqual({ text: 'apple 1', reused: undefined });
    harness.uploader.auto = undefined;
    expect(await read(await upload())).toEqual({ text: 'apple 2', reused: undefined });
    harness.uploader.auto = auto;
    expect(await read(await upload())).toEqual({ text: 'apple 3', reused: undefined });
  });

  it('are read again by whoever asks for that, and what is read then is what is reused', async () => {
    await harness.start({ engine: vendor(), limits: { maxBytes: 1_000, maxPages: 9 } });
    const [first, second] = [await upload(), await upload()];
    for (const id of [second, first]) {
      await harness.requestPages(id, []);
      expect((await read(id, 2)).reused).toBeUndefined();
    }
    expect(calls).toBe(3);
    expect(await read(await upload())).toEqual({ text: 'apple 3', reused: true });
  });
});

describe('what is never reused', () => {
  it.each([{ type: 'DeleteJob' }, { type: 'DeleteFile', fileId: 1 }] as const)(
    'is a result of what is deleted (%o), from the deletion on',
    async (what) => {
      await harness.start({ engine: vendor() });
      const first = await upload();
      const deletion = { ...what, executions: new Map(), force: true, reason: 'asked' };
      await executeOnJob(harness.eventStore, first, deletion, { caller });
      await upload();
      expect(calls).toBe(2);
    },
  );

  it('is a result that is erased, whatever the stream of its job shows', async () => {
    await harness.start({ engine: vendor() });
    const first = await upload();
    await harness.act(first, { type: 'EraseExecution', reason: 'asked' });
    await upload();
    expect(calls).toBe(2);
  });

  it('is a copy: what it is from counts', async () => {
    await harness.start({ engine: vendor() });
    const first = await upload();
    await upload();
    await harness.deleteJob(first);
    expect(await read(await upload())).toEqual({ text: 'apple 2', reused: undefined });
  });

  it('is a result that is missing or not the one that was written', async () => {
    await harness.start({ engine: vendor() });
    const first = await upload();
    await harness.objects.put(harness.objectOf(first, 'result-1.json'), new TextEncoder().encode('{}'));
    const second = await upload();
    await harness.objects.delete(harness.objectOf(second, 'result-1.json'));
    await upload();
    expect(calls).toBe(3);
  });

  it('is a result that lacks a page', async () => {
    const lacking: Engine = {
      async recognise(_document, { opened, pageRead, pageFailed }) {
        calls++;
        opened(2);
        pageRead(1, { lines: [{ text: 'read' }], model: 'm' });
        pageFailed(2, fault('corrupt_document'));
        return null;
      },
    };
    await harness.start({ engine: lacking, limits: { maxBytes: 1_000, maxPages: 2 } });
    expect(execution(await harness.final(await upload()))).toMatchObject({ result: { pageErrors: 1 } });
    await upload();
    expect(calls).toBe(2);
  });

  it('is an execution that is not completed, though it was entered, or that failed', async () => {
    await harness.start({ engine: vendor() });
    const first = await harness.submit('apple');
    await harness.act(first, { type: 'StartExecution', attempt: 1, worker: 'dead' });
    const sha256 = createHash('sha256').update('apple').digest('hex');
    const uid = harness.uidOf(first);
    const document = { mimeType: 'image/png', bytes: 5, sha256, storageKey: '' };
    const settings = settingsOf({ name: 'fake', version: '1' }, { document, pages: undefined });
    const entry = { jobId: first, executionId: 1, fileId: 1, uid, settings, hours: 24 };
    await enterReusable(harness.eventStore, { tenant: 'default', sha256 }, entry, 1);
    await upload();
    await harness.act(first, { type: 'FailExecution', attempt: 1, error: fault('corrupt_document') });
    expect(await read(await upload())).toEqual({ text: 'apple 1', reused: true });
  });
});

describe('a worker that dies', () => {
  it('after it began to reuse a result leaves it to the next one, which reuses it', async () => {
    await harness.start({ engine: vendor() });
    await upload();
    const second = await harness.submit('apple');
    await harness.loseAttempts(second, 1);
    await harness.publish(second);
    await harness.final(second);
    expect(await read(second)).toEqual({ text: 'apple 1', reused: true });
    expect(await completed(second)).toMatchObject({ attempt: 2 });
    expect(await harness.results(second)).toEqual([harness.objectOf(second, 'result-2.json')]);
    expect(calls).toBe(1);
  });

  it('leaves no result that is completed and not found: it is entered first', async () => {
    let refused = 0;
    const { eventStore } = harness;
    const faulty: EventStore = Object.assign(Object.create(eventStore), {
      read: eventStore.read.bind(eventStore),
      async append(...args: Parameters<EventStore['append']>) {
        if (args[0].startsWith('reusableResults-') && refused++ < 3)
          throw new EventStoreUnavailableError('cut off');
        return eventStore.append(...args);
      },
    });
    await harness.start({ engine: vendor() }, { eventStore: faulty });
    const id = await harness.request('apple');
    await vi.waitFor(() => expect(refused).toBeGreaterThan(1), 10_000);
    expect(await harness.events(id)).toEqual(['ExecutionStarted']);
    await harness.final(id);
    expect(await read(await upload())).toMatchObject({ reused: true });
  });
});

it('a result that is reused says nothing of a provider that is down', async () => {
  const well = await harness.start({ engine: vendor() });
  await upload();
  await well.close();
  const down = vendor(() => {
    throw fault('provider_unavailable');
  });
  const circuit = { failures: 1, firstProbeMs: 50, maxProbeMs: 50 };
  const provider = await harness.start({ engine: down }, { circuit });
  const other = await harness.request('pear');
  await vi.waitFor(() => expect(provider.status().state).toBe('paused'), 10_000);
  await harness.deleteJob(other);
  const second = await harness.request('apple');
  await harness.final(second);
  expect(await read(second)).toMatchObject({ reused: true });
  expect(provider.status().state).toBe('paused');
});
