import { JOB_EVENTS_TOPIC, jobSchema, toMessage } from '@inkstream/contracts';
import { readJobEvents } from '@inkstream/job-store';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';
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
    engines: ({ eventStore }) => ({
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
const brief = (events: readonly (ReceivedEvent | null)[]) =>
  events.map((event) => event && [event.event, event.id, event.data.status]);

describe('GET /ocr-jobs/:id/events', () => {
  it('gives the job as it is, each change once and in order, then ends', async () => {
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
    await query.relay(1, 2);
    await query.relay(1);
    expect(brief([first, second, ...(await stream.rest())])).toEqual([
      ['job', '1', 'pending'],
      ['job', '2', 'running'],
      ['job', '3', 'completed'],
      ['end', '3', 'completed'],
    ]);
  });

  it('sees a change that no message told of, and sends heartbeats meanwhile', async () => {
    await start({ quietMs: 20 });
    await query.submit(1);
    const stream = await follow(1);
    await stream.next();
    expect(await stream.nextBlock()).toBe(':');
    await query.start(1);
    expect(brief([await stream.next()])).toEqual([['job', '2', 'running']]);
  });

  it('follows by the messages alone, and reads the stream where one is missing', async () => {
    const reads = await startCountingReads();
    await query.submit(1);
    const stream = await follow(1);
    await stream.next();
    await query.start(1);
    await query.relay(1);
    expect(brief([await stream.next()])).toEqual([['job', '2', 'running']]);
    expect(reads()).toBe(1);
    await query.run(1, { type: 'ScheduleRetry', executionId: 1, attempt: 1, error, notBefore });
    await query.start(1, 1, 2);
    await query.relay(1, 4);
    expect(brief([await stream.next(), await stream.next()])).toEqual([
      ['job', '3', 'running'],
      ['job', '4', 'running'],
    ]);
    expect(reads()).toBe(2);
  });

  it('gives a client that comes back what followed the last event it saw', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.start(1);
    const stream = await follow(1, { 'Last-Event-ID': '0' });
    expect(brief([await stream.next(), await stream.next()])).toEqual([
      ['job', '1', 'pending'],
      ['job', '2', 'running'],
    ]);
    stream.leave();
    expect(await (await follow(1, { 'Last-Event-ID': '2' })).nextBlock()).toBe(':');
    await query.complete(1);
    expect(brief(await (await follow(1, { 'Last-Event-ID': '2' })).rest())).toEqual([
      ['job', '3', 'completed'],
      ['end', '3', 'completed'],
    ]);
  });

  it('takes an id that it never gave for none', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    for (const seen of ['99', '-1', 'x', '1.5', '99999999999999999999'])
      expect(brief([await (await follow(1, { 'Last-Event-ID': seen })).next()])).toEqual([
        ['job', '1', 'pending'],
      ]);
  });

  it('sends a client away for good that has seen the end, until there is something new', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    expect(brief(await (await follow(1)).rest())).toEqual([
      ['job', '3', 'completed'],
      ['end', '3', 'completed'],
    ]);
    expect((await follow(1, { 'Last-Event-ID': '3' })).status).toBe(204);
    await query.run(1, { type: 'RequestExecution', fileId: 1, provider: 'mistral', maxExecutions: 10 });
    const again = await follow(1, { 'Last-Event-ID': '3' });
    expect(brief([await again.next()])).toEqual([['job', '4', 'running']]);
  });

  it('ends with the deletion of the job, its stream truncated or not', async () => {
    await start(NEVER_QUIET);
    for (const jobId of [1, 2]) {
      await query.submit(jobId);
      const stream = await follow(jobId);
      await stream.next();
      const { revision } = await query.remove(jobId);
      if (jobId === 2) await query.eventStore.truncate('ocrJob-2', revision);
      await query.relay(jobId, revision);
      expect((await stream.rest()).at(-1)).toEqual({ event: 'deleted', id: '3', data: { id: jobId } });
      expect((await follow(jobId, { 'Last-Event-ID': '1' })).status).toBe(404);
    }
  });

  it('is not at its end with a cancellation, which a deletion follows', async () => {
    await start(NEVER_QUIET);
    await query.submit(1);
    const stream = await follow(1);
    await stream.next();
    await query.remove(1);
    const [cancelled] = await Array.fromAsync(readJobEvents(query.eventStore, 1, { from: 2 }));
    if (cancelled) await query.bus.publish(JOB_EVENTS_TOPIC, [toMessage(cancelled, 'c')]);
    expect(cancelled?.type).toBe('ExecutionCancelled');
    expect((await stream.rest()).at(-1)).toEqual({ event: 'deleted', id: '3', data: { id: 1 } });
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

  it('reads no further for a client that does not read, and loses nothing of it', async () => {
    const reads = await startCountingReads();
    await query.submit(1, undefined, 'n'.repeat(500_000));
    const stream = await follow(1);
    stream.pause();
    for (let attempt = 1; attempt <= 30; attempt++) {
      await query.start(1, 1, attempt);
      await query.run(1, { type: 'ScheduleRetry', executionId: 1, attempt, error, notBefore });
      await query.relay(1, 2 * attempt);
    }
    const { revision } = await query.remove(1);
    expect(reads()).toBeLessThan(40);
    const ids = (await stream.rest()).map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
  });
});
