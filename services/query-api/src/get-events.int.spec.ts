import { setTimeout } from 'node:timers/promises';
import { jobSchema } from '@inkstream/contracts';
import { readExecutionEvents } from '@inkstream/job-store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { photo, type QueryApiFixture, startQueryApi, uidOf } from './spec-support/query-api-fixture.ts';
import { openEventStream, type ReceivedEvent } from './spec-support/sse-client.ts';

/** Long enough that what arrives did not come by the safety net. */
const NEVER_QUIET = { quietMs: 600_000 };

let query: QueryApiFixture;
const start = async (options?: Parameters<typeof startQueryApi>[0]) => {
  query = await startQueryApi(options);
};
/** Gives how often a stream has been read since. */
const startCountingReads = async () => {
  let reads = 0;
  await start({
    ...NEVER_QUIET,
    backends: ({ eventStore }) => ({
      eventStore: {
        ...eventStore,
        read: (...args) => {
          reads += 1;
          return eventStore.read(...args);
        },
      },
    }),
  });
  return () => reads;
};
afterEach(() => query.stop());

const follow = (jobId: number, headers?: Record<string, string>) =>
  openEventStream(`${query.url}/ocr-jobs/${jobId}/events`, headers);
const notBefore = '2026-11-24T18:05:09.123Z';
const error = { code: 'timeout', message: 'late' } as const;
/** How many changes the id of an event counts. */
const countIn = (id: string) => Number(id.split('-')[0]);
const brief = (events: readonly (ReceivedEvent | null)[]) =>
  events.map((event) => {
    if (!event) return null;
    const { status, execution } = event.data as { status?: string; execution?: { status: string } };
    return [event.event, countIn(event.id), status ?? execution?.status];
  });

describe('GET /ocr-jobs/:id/events', () => {
  it('sends the job as it is, then each change once and in order, and ends', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    const stream = await follow(1);
    expect(stream.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    const first = await stream.next();
    expect(jobSchema.strict().parse(first?.data).files[0]?.executions[0]?.ocrData).toBeNull();
    await query.start(1);
    await query.relay(1);
    const second = await stream.next();
    await query.complete(1);
    await query.project(1);
    await query.relay(1);
    await query.relay(1);
    const rest = await stream.rest();
    expect(brief([first, second, ...rest])).toEqual([
      ['job', 1, 'pending'],
      ['execution', 2, 'running'],
      ['execution', 3, 'completed'],
      ['end', 3, 'completed'],
    ]);
    expect(second?.data).toMatchObject({
      jobId: 1,
      fileId: 1,
      execution: { id: 1, status: 'running', ocrProvider: 'paddle-ocr-local' },
      job: { status: 'running' },
    });
    expect(rest.at(-1)?.data).toEqual({
      id: 1,
      status: 'completed',
      job: '/ocr-jobs/1',
      executions: [{ fileId: 1, id: 1, status: 'completed', ocrProvider: 'paddle-ocr-local' }],
    });
  });

  it('sends what changed and not the job each time: at most 1 KB a change, however many files it has', async () => {
    await start(NEVER_QUIET);
    await query.submit(1, Array(50).fill(photo), 'n'.repeat(200));
    const stream = await follow(1);
    await stream.next();
    for (let id = 1; id <= 50; id++) await query.start(1, id);
    await query.relay(1);
    for (let id = 1; id <= 50; id++) {
      const event = await stream.next();
      expect(event).toMatchObject({ event: 'execution', data: { execution: { status: 'running' } } });
      expect(JSON.stringify(event).length).toBeLessThan(1_024);
    }
  });

  it('ends once lists show the end, not before', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.project(1);
    const stream = await follow(1);
    await stream.next();
    await query.start(1);
    await query.complete(1);
    await query.relay(1);
    expect(brief([await stream.next(), await stream.next()])).toEqual([
      ['execution', 2, 'running'],
      ['execution', 3, 'completed'],
    ]);
    const end = stream.next();
    expect(await Promise.race([end, setTimeout(300, 'nothing yet')])).toBe('nothing yet');
    await query.project(1);
    expect(brief([await end])).toEqual([['end', 3, 'completed']]);
    expect(await (await query.get('/ocr-jobs')).json()).toMatchObject({ data: [{ status: 'completed' }] });
  });

  it('sees a change that no message told of, and sends heartbeats meanwhile', async () => {
    await start({ quietMs: 20 });
    await query.submit(1);
    const stream = await follow(1);
    await stream.next();
    expect(await stream.nextBlock()).toBe(':');
    await query.start(1);
    expect(brief([await stream.next()])).toEqual([['execution', 2, 'running']]);
  });

  it('follows by the messages alone, and reads the streams if one is missing', async () => {
    const reads = await startCountingReads();
    await query.submit(1);
    const stream = await follow(1);
    await stream.next();
    await query.start(1);
    const before = reads();
    await query.relay(1);
    expect(brief([await stream.next()])).toEqual([['execution', 2, 'running']]);
    expect(reads()).toBe(before);
    await query.work(1, 1, { type: 'ScheduleRetry', attempt: 1, error, notBefore });
    await query.start(1, 1, 2);
    const [, , last] = await Array.fromAsync(
      readExecutionEvents(query.eventStore, { jobId: 1, executionId: 1 }),
    );
    await query.publish(last ? [last] : []);
    expect(brief([await stream.next(), await stream.next()])).toEqual([
      ['execution', 3, 'pending'],
      ['execution', 4, 'running'],
    ]);
    expect(reads()).toBeGreaterThan(before);
  });

  it('spares a client that comes back the job if it has missed nothing, and sends it if it has', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.start(1);
    const stream = await follow(1);
    const seen = await stream.next();
    expect(brief([seen])).toEqual([['job', 2, 'running']]);
    stream.leave();
    const comingBack = { 'Last-Event-ID': seen?.id ?? '' };
    expect(await (await follow(1, comingBack)).nextBlock()).toBe(':');
    await query.complete(1);
    await query.project(1);
    expect(brief(await (await follow(1, comingBack)).rest())).toEqual([
      ['job', 3, 'completed'],
      ['end', 3, 'completed'],
    ]);
  });

  it('begins anew for a client that has followed another job of this id, since an older log was restored', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    const lost = await (await follow(1)).next();
    const etag = (await query.get('/ocr-jobs/1')).headers.get('ETag') ?? '';
    expect((await query.get('/ocr-jobs/1', { headers: { 'If-None-Match': etag } })).status).toBe(304);
    await query.stop();
    await start(NEVER_QUIET);
    await query.submit(1, [photo], 'Another', uidOf(2));
    const again = await follow(1, { 'Last-Event-ID': lost?.id ?? '' });
    expect(brief([lost, await again.next()])).toEqual([
      ['job', 1, 'pending'],
      ['job', 1, 'pending'],
    ]);
    expect((await query.get('/ocr-jobs/1', { headers: { 'If-None-Match': etag } })).status).toBe(200);
  });

  it('takes an id that it never gave for none', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    for (const seen of ['1', '99', '-1', 'x', '1.5', '99999999999999999999'])
      expect(brief([await (await follow(1, { 'Last-Event-ID': seen })).next()])).toEqual([
        ['job', 1, 'pending'],
      ]);
  });

  it('sends a client away for good that has seen the end, until there is something new', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    await query.project(1);
    const events = await (await follow(1)).rest();
    expect(brief(events)).toEqual([
      ['job', 3, 'completed'],
      ['end', 3, 'completed'],
    ]);
    const comingBack = { 'Last-Event-ID': events.at(-1)?.id ?? '' };
    expect((await follow(1, comingBack)).status).toBe(204);
    await query.requestAgain(1, 'mistral');
    const again = await follow(1, comingBack);
    expect(brief([await again.next()])).toEqual([['job', 4, 'running']]);
  });

  it('says that a file was deleted', async () => {
    await start(NEVER_QUIET);
    await query.submit(1, [photo, photo]);
    const stream = await follow(1);
    await stream.next();
    const none = new Map();
    await query.run(1, { type: 'DeleteFile', fileId: 2, executions: none, force: true, reason: 'asked' });
    await query.relay(1);
    expect(await stream.next()).toMatchObject({ event: 'file-deleted', data: { jobId: 1, fileId: 2 } });
  });

  it('ends with the deletion of the job, its stream truncated or not', async () => {
    await start(NEVER_QUIET);
    for (const jobId of [1, 2]) {
      await query.submit(jobId);
      const stream = await follow(jobId);
      await stream.next();
      const { revision } = await query.remove(jobId);
      if (jobId === 2) await query.eventStore.truncate('ocrJob-2', revision ?? 0);
      await query.relay(jobId);
      expect((await stream.rest()).at(-1)).toMatchObject({ event: 'deleted', data: { id: jobId } });
      expect((await follow(jobId, { 'Last-Event-ID': '1' })).status).toBe(404);
    }
  });

  it('does not take executions that a deletion ends for the end of the job, though news of them come first', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.start(1);
    const stream = await follow(1);
    await stream.next();
    await query.remove(1);
    await query.publish(
      await Array.fromAsync(readExecutionEvents(query.eventStore, { jobId: 1, executionId: 1 })),
    );
    expect((await stream.rest()).map(({ event }) => event)).toEqual(['deleted']);
  });

  it('is 404 for a job that never was, 400 for what is no id', async () => {
    await start();
    expect((await query.get('/ocr-jobs/1/events')).status).toBe(404);
    expect((await query.get('/ocr-jobs/x/events')).status).toBe(400);
  });

  it('answers HEAD without a stream', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    expect((await query.get('/ocr-jobs/1/events', { method: 'HEAD' })).status).toBe(200);
  });

  it('refuses a stream more than may be open with 503, and takes one again once a client has left', async () => {
    await start({ ...NEVER_QUIET, maxEventStreams: 2, maxEventStreamsPerAddress: 3 });
    await query.submit(1);
    const [first] = [await follow(1), await follow(1)];
    const refused = await follow(1);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    first.leave();
    await vi.waitFor(async () => {
      const stream = await follow(1);
      expect(stream.status).toBe(200);
    });
  });

  it('ends all streams when the service closes, and takes no more', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    const streams = await Promise.all([follow(1), follow(1), follow(1)]);
    for (const stream of streams) await stream.next();
    await query.api.close();
    expect(await Promise.all(streams.map((stream) => stream.rest()))).toEqual([[], [], []]);
    expect((await follow(1)).status).toBe(503);
  });

  it('loses nothing of a client that does not read for a while, and reads the streams seldom for it', async () => {
    const reads = await startCountingReads();
    await query.submit(1);
    const stream = await follow(1);
    stream.pause();
    const before = reads();
    for (let attempt = 1; attempt <= 30; attempt++) {
      await query.start(1, 1, attempt);
      await query.work(1, 1, { type: 'ScheduleRetry', attempt, error, notBefore });
    }
    await query.relay(1);
    await query.remove(1);
    await query.relay(1);
    const events = await stream.rest();
    expect(events.slice(0, -1).map(({ id }) => countIn(id))).toEqual(
      Array.from({ length: 61 }, (_, index) => index + 1),
    );
    expect(events.at(-1)?.event).toBe('deleted');
    // Who counts changes by their ids takes it for no older one.
    expect(Number.parseInt(String(events.at(-1)?.id), 10)).toBeGreaterThan(61);
    // What the spec itself reads is among them.
    expect(reads() - before).toBeLessThan(20);
  });
});
