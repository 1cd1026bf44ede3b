import { DEAD_LETTER_TOPIC, DELETIONS_TOPIC, toMessage } from '@inkstream/contracts';
import { executionStream, jobObjects, jobStream, type RecordedJobEvent } from '@inkstream/domain';
import { EventStoreUnavailableError, proveUnchanged } from '@inkstream/event-store';
import { begunUploads, isOrphaned, readJobEvents } from '@inkstream/job-store';
import type { Delivery } from '@inkstream/message-bus';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createdId, form, upload, uploaded } from '../spec-support/documents.ts';
import { override, staleReads } from '../spec-support/faulty.ts';
import { deleteOnly, keysOf, putResult, uidOf } from '../spec-support/jobs.ts';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

// A message waits for some 6 s before it is proved that its event is lost.
vi.setConfig({ testTimeout: 40_000 });

const OTHER = '0193b3c0-0000-7000-8000-000000000000';
const FRESH = Number.POSITIVE_INFINITY;
/** The last revision of each stream that the gateway's reads show. */
let shown = FRESH;
let cutOff = false;
let beforeAppend: (() => Promise<unknown>) | undefined;
let gateway: StartedGateway;
beforeEach(async () => {
  shown = FRESH;
  cutOff = false;
  beforeAppend = undefined;
  gateway = await startGateway({
    backends: ({ eventStore }) => ({
      eventStore: override(
        staleReads(eventStore, () => shown),
        {
          async append(stream, ...rest) {
            const first = stream.startsWith('ocrJob-') ? beforeAppend : undefined;
            if (first) beforeAppend = undefined;
            await first?.();
            return eventStore.append(stream, ...rest);
          },
          async ping() {
            if (cutOff) throw new EventStoreUnavailableError('Nobody commits what is appended here');
          },
        },
      ),
    }),
  });
});
afterEach(() => gateway.close());

/** Removes what the housekeeper's sweep would, were every upload old, by what reads show. */
async function sweep(): Promise<void> {
  const seen = staleReads(gateway.eventStore, () => shown);
  for (const one of await Array.fromAsync(begunUploads(gateway.eventStore)))
    if (await isOrphaned(seen, one)) await gateway.objects.deletePrefix(jobObjects(one.uid));
}
const eventsOf = (id: number) => Array.fromAsync(readJobEvents(gateway.eventStore, id));
const relay = (event: RecordedJobEvent) =>
  gateway.bus.publish(DELETIONS_TOPIC, [toMessage(event, `${event.jobId}-${event.revision}`)]);
const erased = () =>
  vi.waitFor(async () => expect(await gateway.bus.lag(DELETIONS_TOPIC, 'content-eraser')).toBe(0), 20_000);

async function deadLetters() {
  const found: Delivery[] = [];
  const handler = (one: Delivery) => void found.push(one);
  await gateway.bus.tail({ topic: DEAD_LETTER_TOPIC, from: 'beginning', handler });
  return found;
}

describe('the orphan sweep', () => {
  test('removes nothing of a job that its node does not show', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    shown = -1;
    await expect(sweep()).rejects.toMatchObject({ name: 'StaleReadError' });
    expect(await gateway.keys()).toHaveLength(2);
    shown = FRESH;
    expect(await eventsOf(id)).toHaveLength(3);
  });

  test('makes an upload that comes late be refused with 503, and never a job without its files', async () => {
    beforeAppend = sweep;
    const late = await upload(gateway.url, form([{}]));
    expect(late.status).toBe(503);
    expect(late.headers.get('retry-after')).toBe('1');
    expect(await late.json()).toMatchObject({ details: expect.stringContaining('upload them again') });
    expect(await eventsOf(1)).toEqual([]);
    expect((await fetch(`${gateway.url}/ocr-jobs/1`, { method: 'DELETE' })).status).toBe(404);
    // What such a request stored after the sweep it removes itself.
    expect(await gateway.keys()).toEqual([]);
  });

  test('leaves the idempotency key of such an upload to its repeat', async () => {
    const key = { 'idempotency-key': 'k' };
    beforeAppend = sweep;
    expect((await upload(gateway.url, form([{}]), key)).status).toBe(503);
    const repeats = await Promise.all([1, 2, 3].map(() => upload(gateway.url, form([{}]), key)));
    expect(repeats.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [id, ...others] = await Promise.all(repeats.map(createdId));
    expect(id).toBeGreaterThan(1);
    expect(others).toEqual([id, id]);
    expect(await gateway.keys()).toEqual([`jobs/${await uidOf(gateway, Number(id))}/files/1`]);
    // A node that shows the first claim alone, and its job as abandoned.
    shown = 0;
    expect((await upload(gateway.url, form([{}]), key)).status).toBe(503);
  });
});

describe('the content eraser', () => {
  test.each(['FileDeleted', 'JobDeleted'])(
    'erases a %s that its reads were behind, once they are not',
    async (type) => {
      const id = await uploaded(gateway.url, form([{}]));
      await deleteOnly(gateway, id, type === 'JobDeleted' ? undefined : { type: 'DeleteFile', fileId: 1 });
      shown = 1;
      await relay((await eventsOf(id)).at(-1)!);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await gateway.keys()).toHaveLength(1);
      shown = FRESH;
      await erased();
      expect(await gateway.keys()).toEqual([]);
      expect(await deadLetters()).toEqual([]);
    },
  );

  test('sets a deletion aside whose event is lost, and erases nothing of the job that has its id now', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    const [, request] = await eventsOf(id);
    const lost = { ...request!, jobId: id };
    const deletion = { uid: lost.uid, executions: 1, reason: 'lost' };
    // One whose place in the stream another event has, and those beyond its end.
    await relay({ ...lost, type: 'JobDeleted', data: deletion, revision: 1 });
    await relay({ ...lost, type: 'FileDeleted', data: { fileId: 1, reason: 'lost' }, revision: 7 });
    await relay({ ...lost, jobId: 99, type: 'JobDeleted', data: deletion, revision: 4 });
    await erased();
    const dead = await deadLetters();
    await vi.waitFor(() => expect(dead).toHaveLength(3));
    expect(dead.map(({ headers }) => headers['x-reason'])).toEqual(Array(3).fill('event_lost'));
    expect(await keysOf(gateway, id)).toEqual(['files/1']);
    expect(await eventsOf(id)).toHaveLength(2);
  });

  test('erases nothing of a job that has the id of another one, whose deletion an older log lost', async () => {
    const id = await uploaded(gateway.url, form([{}, {}]));
    await deleteOnly(gateway, id, { type: 'DeleteFile', fileId: 2 });
    const fileDeleted = (await eventsOf(id)).at(-1)!;
    const alive = await uploaded(gateway.url, form([{}]));
    await deleteOnly(gateway, alive);
    const jobDeleted = (await eventsOf(alive)).at(-1)!;
    await putResult(gateway, id, 1);
    // The messages of a log that gave these ids to others, which were at the same revisions.
    await relay({ ...fileDeleted, uid: OTHER } as RecordedJobEvent);
    await relay({ ...jobDeleted, uid: OTHER } as RecordedJobEvent);
    await erased();
    const dead = await deadLetters();
    await vi.waitFor(() => expect(dead).toHaveLength(2));
    expect(dead.map(({ headers }) => headers['x-reason'])).toEqual(Array(2).fill('event_lost'));
    expect(await keysOf(gateway, id)).toEqual(['executions/1/result.json', 'files/1', 'files/2']);
    expect(await keysOf(gateway, alive)).toEqual(['files/1']);
    expect(
      await Array.fromAsync(gateway.eventStore.read(executionStream({ jobId: id, executionId: 2 }))),
    ).toEqual([]);
  });

  test('keeps the deletion in the stream when it is followed by a fence', async () => {
    const id = await uploaded(gateway.url, form([{}]));
    const { revision } = await deleteOnly(gateway, id);
    await proveUnchanged(gateway.eventStore, jobStream(id), revision ?? 'none');
    await relay((await eventsOf(id)).at(-1)!);
    await erased();
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['JobDeleted']);
    expect(await gateway.keys()).toEqual([]);
  });
});

describe('a command for a job that a store which is cut off does not show', () => {
  const commands = [
    ['DELETE', 'ocr-jobs/1'],
    ['DELETE', 'ocr-jobs/1/files/1'],
    ['POST', 'ocr-jobs/1/files/1/executions'],
  ] as const;

  test.each(commands)('%s /%s is 503 and no 404', async (method, path) => {
    await uploaded(gateway.url, form([{}]));
    const call = () =>
      fetch(`${gateway.url}/${path}`, {
        method,
        ...(method === 'POST'
          ? {
              body: JSON.stringify({ ocrProvider: 'fake' }),
              headers: { 'content-type': 'application/json' },
            }
          : {}),
      });
    shown = -1;
    cutOff = true;
    expect((await call()).status).toBe(503);
    cutOff = false;
    expect((await call()).status).toBe(404);
  });

  test('a repeated upload whose claim is not shown is 503', async () => {
    const key = { 'idempotency-key': 'k' };
    const first = await createdId(await upload(gateway.url, form([{}]), key));
    shown = -1;
    const unseen = await upload(gateway.url, form([{}]), key);
    expect(unseen.status).toBe(503);
    shown = FRESH;
    expect(await createdId(await upload(gateway.url, form([{}]), key))).toBe(first);
  });
});
