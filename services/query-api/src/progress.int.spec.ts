import { setTimeout as sleep } from 'node:timers/promises';
import { executionListSchema, jobExecutionSchema, jobSchema, PROGRESS_TOPIC } from '@inkstream/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type QueryApiFixture, startQueryApi, uidOf } from './spec-support/query-api-fixture.ts';
import { openEventStream } from './spec-support/sse-client.ts';

/** Long enough that what arrives did not come by the safety net. */
const NEVER_QUIET = { quietMs: 600_000 };
const notBefore = '2026-11-24T18:05:09.123Z';
const error = { code: 'provider_unavailable', message: 'down' } as const;

let query: QueryApiFixture;
const start = async (options: Parameters<typeof startQueryApi>[0] = NEVER_QUIET) => {
  query = await startQueryApi(options);
  await query.submit(1);
};
afterEach(() => query.stop());

type Get = QueryApiFixture['get'];
/** How far the first execution of job 1 is, as the job says. */
async function shown(get: Get = query.get, path = '/ocr-jobs/1') {
  const job = jobSchema.strict().parse(await (await get(path)).json());
  return job.files[0]?.executions[0]?.progress;
}
/** Resolves once the job says that so many pages are done. */
const toldOf = (pagesDone: number | undefined, get?: Get) =>
  vi.waitFor(async () => expect((await shown(get))?.pagesDone).toBe(pagesDone), 5_000);
const follow = (headers?: Record<string, string>) =>
  openEventStream(`${query.url}/ocr-jobs/1/events`, headers);
const progressOf = (executionId: number, pagesDone: number) => ({
  event: 'progress',
  id: '',
  data: { jobId: 1, fileId: executionId, executionId, progress: { pagesDone, pages: 50 } },
});

describe('the progress of an execution', () => {
  it('is in its job, by itself and in lists while it runs, and nowhere before and after', async () => {
    await start();
    await query.tell({ pagesDone: 30 });
    await query.start(1);
    await toldOf(30);
    const progress = { pagesDone: 30, pages: 50 };
    expect(await shown(query.get, '/ocr-jobs/1?ocrData=false')).toEqual(progress);
    const one = await (await query.get('/ocr-jobs/1/executions/1')).json();
    expect(jobExecutionSchema.strict().parse(one).progress).toEqual(progress);
    await query.project(1);
    const list = executionListSchema.parse(await (await query.get('/ocr-executions')).json());
    expect(list.data).toMatchObject([{ id: 1, progress }]);
    await query.complete(1);
    await query.project(1);
    for (const path of ['/ocr-jobs/1', '/ocr-jobs/1/executions/1', '/ocr-executions'])
      expect(await (await query.get(path)).text()).not.toContain('"progress"');
  });

  it('is told to every replica', async () => {
    await start();
    await query.start(1);
    const other = await query.replica();
    await query.tell({ pagesDone: 7 });
    await Promise.all([toldOf(7), toldOf(7, other.get)]);
    await other.stop();
  });

  it('begins anew with each attempt', async () => {
    await start();
    await query.start(1);
    await query.tell({ pagesDone: 30 });
    await toldOf(30);
    await query.work(1, 1, { type: 'ScheduleRetry', attempt: 1, error, notBefore });
    expect(await shown()).toBeUndefined();
    await query.start(1, 1, 2);
    expect(await shown()).toBeUndefined();
    await query.tell({ attempt: 2, pagesDone: 29 });
    await toldOf(29);
    await query.tell({ pagesDone: 31 });
    await query.tell({ attempt: 2, pagesDone: 32 });
    await toldOf(32);
  });

  it('is not that of another job that had the id, nor of a deleted one', async () => {
    await start();
    await query.start(1);
    await query.tell({ pagesDone: 7 });
    await toldOf(7);
    await query.tell({ uid: uidOf(2), pagesDone: 40 });
    await query.tell({ pagesDone: 8 });
    await toldOf(8);
    await query.remove(1);
    await query.tell({ pagesDone: 9 });
    for (const path of ['/ocr-jobs/1', '/ocr-jobs/1/executions/1', '/ocr-jobs/1/events'])
      expect((await query.get(path)).status).toBe(404);
  });

  it('is known though a message before it was none', async () => {
    await start();
    await query.start(1);
    await query.bus.publish(PROGRESS_TOPIC, [{ key: '1/1', value: '{"jobId":1}', headers: {} }]);
    await query.tell({ pagesDone: 7 });
    await toldOf(7);
  });

  it('is part of the ETag, so that a client that asks again and again sees it; without it the tag is as ever', async () => {
    await start();
    await query.start(1);
    const ask = (etag: string) => query.get('/ocr-jobs/1', { headers: { 'If-None-Match': etag } });
    const before = await ask('');
    const plain = before.headers.get('etag') ?? '';
    expect(plain).toMatch(/^W\/"1-2-[\w-]{10}"$/);
    await query.tell({ pagesDone: 30 });
    await toldOf(30);
    const further = await ask(plain);
    expect(further.status).toBe(200);
    const etag = further.headers.get('etag') ?? '';
    expect((await query.get('/ocr-jobs/1?ocrData=false')).headers.get('etag')).toBe(etag);
    const again = await ask(etag);
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
    await query.tell({ pagesDone: 31 });
    await toldOf(31);
    expect((await ask(etag)).status).toBe(200);
    await query.complete(1);
    expect((await ask('')).headers.get('etag')).toMatch(/^W\/"1-3-[\w-]{10}"$/);
  });
});

describe('progress in the stream of a job', () => {
  it('is an event of its own without an id, in the job and in the execution that starts', async () => {
    await start();
    const stream = await follow();
    const first = await stream.next();
    await query.tell({ pagesDone: 0 });
    await query.start(1);
    await toldOf(0);
    await query.relay(1);
    expect(await stream.next()).toMatchObject({
      event: 'execution',
      data: { execution: { status: 'running', progress: { pagesDone: 0, pages: 50 } } },
    });
    await query.tell({ pagesDone: 5 });
    expect(await stream.next()).toEqual(progressOf(1, 5));
    expect(await (await follow()).next()).toMatchObject({
      event: 'job',
      data: { files: [{ executions: [{ progress: { pagesDone: 5, pages: 50 } }] }] },
    });
    await query.complete(1);
    await query.project(1);
    await query.tell({ pagesDone: 50 });
    await query.relay(1);
    const rest = await stream.rest();
    expect(rest.filter(({ event }) => event !== 'progress').map(({ event }) => event)).toEqual([
      'execution',
      'end',
    ]);
    expect(JSON.stringify([first, rest.at(-2), rest.at(-1)])).not.toContain('progress');
  });

  it('is told to a client that comes back, whose id is that of the last change', async () => {
    await start();
    await query.start(1);
    const stream = await follow();
    const seen = await stream.next();
    await query.tell({ pagesDone: 5 });
    expect(await stream.next()).toEqual(progressOf(1, 5));
    stream.leave();
    await query.tell({ pagesDone: 9 });
    await toldOf(9);
    const again = await follow({ 'Last-Event-ID': seen?.id ?? '' });
    expect(await again.nextBlock()).toBe(':');
    expect(await again.next()).toEqual(progressOf(1, 9));
  });

  it('does not put off the look at the streams, nor heartbeats', async () => {
    await start({ quietMs: 300 });
    await query.start(1);
    const stream = await follow();
    await stream.next();
    const ended = new AbortController();
    const telling = (async () => {
      for (let pagesDone = 1; !ended.signal.aborted; pagesDone++) {
        await query.tell({ pagesDone, pages: 1_000_000 });
        await sleep(20);
      }
    })();
    const blocks: string[] = [];
    const until = async (found: (block: string) => boolean) => {
      for (;;) {
        const block = String(await stream.nextBlock());
        blocks.push(block);
        if (found(block)) return;
      }
    };
    await until((block) => block === ':');
    // No message tells of it.
    await query.complete(1);
    await query.project(1);
    await until((block) => block.startsWith('event: end'));
    ended.abort();
    await telling;
    expect(blocks.filter((block) => block.startsWith('event: progress')).length).toBeGreaterThan(5);
  }, 20_000);
});
