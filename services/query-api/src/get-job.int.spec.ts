import { jobSchema, ocrResultSchema } from '@inkstream/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { photo, type QueryApiFixture, startQueryApi, uidOf } from './spec-support/query-api-fixture.ts';

let query: QueryApiFixture;
const start = async (options?: Parameters<typeof startQueryApi>[0]) => {
  query = await startQueryApi(options);
};
afterEach(() => query.stop());

const strictJob = jobSchema.strict();
const job = async (path: string) => strictJob.parse(await (await query.get(path)).json());
const refusal = async (path: string) => {
  const response = await query.get(path);
  return { status: response.status, body: await response.json() };
};
const noJob1 = {
  status: 404,
  body: { statusCode: 404, message: 'Not Found', details: 'Job 1 does not exist' },
};

describe('GET /ocr-jobs/:id', () => {
  it('finds a job that the read model has not got to', async () => {
    await start();
    await query.submit(1, [photo], 'Lunch');
    expect(await job('/ocr-jobs/1')).toMatchObject({
      id: 1,
      name: 'Lunch',
      status: 'pending',
      files: [
        {
          id: 1,
          originalName: 'receipt.jpg',
          storageKey: `jobs/${uidOf(1)}/files/1`,
          executions: [{ id: 1, status: 'pending', ocrProvider: 'paddle-ocr-local', ocrData: null }],
        },
      ],
    });
  });

  it('is never behind the events, however old the document is', async () => {
    await start();
    await query.submit(1);
    await query.project(1);
    await query.start(1);
    expect((await job('/ocr-jobs/1')).status).toBe('running');
    await query.complete(1);
    expect((await job('/ocr-jobs/1')).status).toBe('completed');
    await query.remove(1);
    expect(await refusal('/ocr-jobs/1')).toEqual(noJob1);
  });

  it('knows how an execution of a deleted file ended, though its stream is truncated and its document is old', async () => {
    await start();
    await query.submit(1, [photo, photo]);
    await query.start(1, 1);
    await query.start(1, 2);
    await query.project(1);
    await query.complete(1, 1);
    await query.complete(1, 2);
    const none = new Map();
    await query.run(1, { type: 'DeleteFile', fileId: 2, executions: none, force: true, reason: 'asked' });
    await query.erase(1, 2);
    expect(await job('/ocr-jobs/1')).toMatchObject({ status: 'completed', files: [{ id: 1 }] });
  });

  it('returns each stored result as it was written, many of them in the order of their executions', async () => {
    await start();
    const texts = Array.from({ length: 30 }, (_, index) => `{"schemaVersion":2,"text":"№ ${index}"}`);
    await query.submit(
      1,
      texts.map((content) => ({ ...photo, content })),
    );
    for (const [index, text] of texts.entries()) {
      await query.start(1, index + 1);
      await query.complete(1, index + 1, text);
    }
    await query.project(1);
    const { files } = await job('/ocr-jobs/1');
    expect(files.map(({ executions }) => executions[0]?.ocrData)).toEqual(texts);
  });

  it("returns a result that was stored before there were versions in today's", async () => {
    await start();
    const first = {
      markdown: 'TOTAL 4.50',
      text: 'TOTAL 4.50',
      pages: [{ width: 9, height: 9, rotation: 0, lines: [] }],
      receipt: { merchant: null, total: { value: '4.50', confidence: 0.9, lines: [] }, items: [] },
    };
    await query.submit(1);
    await query.start(1);
    await query.complete(1, 1, JSON.stringify(first));
    const { ocrData } = (await job('/ocr-jobs/1')).files[0]?.executions[0] ?? {};
    const result = ocrResultSchema.parse(JSON.parse(ocrData ?? 'null'));
    expect(result).toMatchObject({
      ...first,
      schemaVersion: 2,
      pages: [{ number: 1 }],
      receipts: [{ pages: [1], total: first.receipt.total }],
      warnings: [],
    });
  });

  it('says why an execution failed, in the words of the fault', async () => {
    await start();
    await query.submit(1);
    await query.start(1);
    const error = { code: 'corrupt_document', message: 'Not a photo' } as const;
    await query.work(1, 1, { type: 'FailExecution', attempt: 1, error });
    const { status, files } = await job('/ocr-jobs/1');
    expect(status).toBe('failed');
    expect(files[0]?.executions[0]).toMatchObject({ status: 'failed', ocrData: null, error });
  });

  it('is 404 for a deleted job, its stream truncated and its document a tombstone', async () => {
    await start();
    await query.submit(1);
    const { revision } = await query.remove(1);
    await query.eventStore.truncate('ocrJob-1', revision ?? 0);
    expect(await refusal('/ocr-jobs/1')).toEqual(noJob1);
    await query.project(1);
    expect(await refusal('/ocr-jobs/1')).toEqual(noJob1);
  });

  it('is 404 for a job that never was, 400 for what is no id', async () => {
    await start();
    expect(await refusal('/ocr-jobs/1')).toEqual(noJob1);
    for (const id of ['0', '-1', '1.5', 'abc', '99999999999', '2147483648', '%00', '1e3', '__proto__'])
      expect(await refusal(`/ocr-jobs/${id}`)).toMatchObject({
        status: 400,
        body: { statusCode: 400, message: 'Bad Request', details: expect.stringMatching(/^id: must be/) },
      });
  });

  it('answers 304 to a client that has this revision, without touching the results', async () => {
    let loads = 0;
    await start({
      backends: ({ objects }) => ({
        objects: {
          ...objects,
          get: (...args) => {
            loads += 1;
            return objects.get(...args);
          },
        },
      }),
    });
    await query.submit(1);
    await query.start(1);
    await query.complete(1);
    const first = await query.get('/ocr-jobs/1');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const etag = String(first.headers.get('etag'));
    expect(loads).toBe(1);
    const again = await query.get('/ocr-jobs/1', { headers: { 'If-None-Match': `"x", ${etag}` } });
    expect([again.status, await again.text(), again.headers.get('etag'), loads]).toEqual([304, '', etag, 1]);
    await query.requestAgain(1, 'mistral');
    const changed = await query.get('/ocr-jobs/1', { headers: { 'If-None-Match': etag } });
    expect(changed.status).toBe(200);
  });
});
