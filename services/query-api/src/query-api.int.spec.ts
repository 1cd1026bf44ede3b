import { errorSchema, healthSchema, historySchema, readinessSchema } from '@inkstream/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { type QueryApiFixture, startQueryApi } from './spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
const start = async (options?: Parameters<typeof startQueryApi>[0]) => {
  query = await startQueryApi(options);
};
afterEach(() => query.stop());

describe('GET /ocr-jobs/:id/history', () => {
  it('returns the events of a job as they happened', async () => {
    await start();
    await query.submit(1);
    await query.start(1);
    const history = historySchema.strict().parse(await (await query.get('/ocr-jobs/1/history')).json());
    expect(history.data).toMatchObject([
      {
        revision: 0,
        type: 'JobSubmitted',
        data: { name: 'Job 1', files: [{ originalName: 'receipt.jpg' }] },
      },
      { revision: 1, type: 'ExecutionRequested', data: { executionId: 1, provider: 'paddle-ocr-local' } },
      { executionId: 1, revision: 0, type: 'ExecutionStarted', data: { attempt: 1 } },
    ]);
    expect(JSON.stringify(history)).not.toMatch(/worker|w1|jobs\//);
  });

  it('tells nobody where things are stored, or which process did the work', async () => {
    await start();
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    const history = await (await query.get('/ocr-jobs/1/history')).text();
    expect(history).toContain('ExecutionCompleted');
    for (const inside of ['w1', 'storageKey', 'resultKey', 'files/1', 'result.json'])
      expect(history).not.toContain(inside);
  });

  it('is 404 for a job that never was or is deleted, 400 for what is no id', async () => {
    await start();
    await query.submit(1);
    const { revision } = await query.remove(1);
    expect((await query.get('/ocr-jobs/1/history')).status).toBe(404);
    await query.eventStore.truncate('ocrJob-1', revision ?? 0);
    expect((await query.get('/ocr-jobs/1/history')).status).toBe(404);
    expect((await query.get('/ocr-jobs/2/history')).status).toBe(404);
    expect((await query.get('/ocr-jobs/x/history')).status).toBe(400);
  });
});

describe('the service', () => {
  it('says that it lives, and whether each dependency answers', async () => {
    await start({
      now: () => new Date('2026-11-24T18:05:09.123Z'),
      backends: ({ objects }) => ({ objects: { ...objects, ping: () => Promise.reject(new Error('down')) } }),
    });
    const health = healthSchema.strict().parse(await (await query.get('/health')).json());
    expect(health).toEqual({ status: 'ok', timestamp: '2026-11-24T18:05:09.123Z' });
    const ready = await query.get('/health/ready');
    expect(ready.status).toBe(503);
    expect(readinessSchema.strict().parse(await ready.json()).dependencies).toEqual({
      eventStore: 'ok',
      readModel: 'ok',
      objects: 'unavailable',
      bus: 'ok',
    });
  });

  it('answers what it does not know with 404 in the shape of every error', async () => {
    await start();
    await query.submit(1);
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/ocr-jobs/1/files'],
      ['GET', '/ocr-jobs/1/other'],
      ['POST', '/ocr-jobs/1'],
      ['DELETE', '/ocr-jobs/1'],
    ] as const) {
      const response = await query.get(path, { method });
      expect(response.status).toBe(404);
      expect(errorSchema.strict().parse(await response.json()).message).toBe('Not Found');
    }
  });

  it('answers a path that is not valid with 400, an unforeseen fault with 500, and never with its inside', async () => {
    await start({
      backends: ({ readModel }) => ({
        readModel: { ...readModel, listJobs: () => Promise.reject(new Error('secret')) },
      }),
    });
    const broken = await query.get('/ocr-jobs/%E0%A4%A');
    expect([broken.status, errorSchema.parse(await broken.json()).details]).toEqual([
      400,
      'The path is not valid',
    ]);
    const fault = await query.get('/ocr-jobs');
    expect([fault.status, await fault.json()]).toEqual([
      500,
      { statusCode: 500, message: 'Internal Server Error', details: 'Something went wrong on our side' },
    ]);
  });
});
