import { createConnection } from 'node:net';
import { Readable } from 'node:stream';
import { jobObjects } from '@inkstream/domain';
import { integer, mulberry32 } from '@inkstream/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type QueryApiFixture, sha256, startQueryApi, uidOf } from './spec-support/query-api-fixture.ts';

const CONTENT = '0123456789'.repeat(10);
const ETAG = `"${sha256(CONTENT)}"`;
const NAME = 'Beleg „Müller“ 😀.jpg';
const FILE = '/ocr-jobs/1/files/1';

let query: QueryApiFixture;
/** Stands in for the object store's `get`, if a test needs its own. */
let read: QueryApiFixture['objects']['get'] | null;
beforeEach(() => {
  read = null;
});
beforeAll(async () => {
  query = await startQueryApi({
    backends: ({ objects }) => ({
      objects: { ...objects, get: (...args) => (read ? read(...args) : objects.get(...args)) },
    }),
  });
  await query.submit(1, [{ name: NAME, content: CONTENT, mimeType: 'image/jpeg' }]);
});
afterAll(() => query.stop());

const download = async (headers: Record<string, string> = {}, method = 'GET') => {
  const response = await query.get(FILE, { headers, method });
  const { status } = response;
  const range = response.headers.get('content-range');
  const length = response.headers.get('content-length');
  return { status, range, length, body: await response.text() };
};
const whole = { status: 200, range: null, length: '100', body: CONTENT };

describe('GET /ocr-jobs/:jobId/files/:fileId', () => {
  it('returns the original bytes as an attachment under their name, and nothing that a browser would run', async () => {
    const response = await query.get(FILE);
    expect(await response.text()).toBe(CONTENT);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-length': '100',
      'accept-ranges': 'bytes',
      etag: ETAG,
      'content-disposition': expect.stringContaining(
        "filename*=UTF-8''Beleg%20%E2%80%9EM%C3%BCller%E2%80%9C%20%F0%9F%98%80.jpg",
      ),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-cache',
    });
  });

  it('returns bytes of any value as they are, across the chunks that they are stored in', async () => {
    const random = mulberry32(1);
    const content = Buffer.from(Array.from({ length: 200_000 }, () => integer(random, 0, 255)));
    await query.submit(4, [{ name: 'a.png', content, mimeType: 'image/png' }]);
    const bytes = async (headers = {}) =>
      Buffer.from(await (await query.get('/ocr-jobs/4/files/1', { headers })).arrayBuffer());
    expect((await bytes()).equals(content)).toBe(true);
    expect((await bytes({ Range: 'bytes=65530-131080' })).equals(content.subarray(65_530, 131_081))).toBe(
      true,
    );
  });

  it.each([
    ['bytes=0-9', '0-9', CONTENT.slice(0, 10)],
    ['bytes=95-', '95-99', '56789'],
    ['bytes=-3', '97-99', '789'],
    ['bytes=-500', '0-99', CONTENT],
    ['bytes=98-1000', '98-99', '89'],
  ])('answers %s with that part', async (range, part, body) => {
    expect(await download({ Range: range })).toEqual({
      status: 206,
      range: `bytes ${part}/100`,
      length: String(body.length),
      body,
    });
  });

  it.each(['bytes=100-', 'bytes=1000-2000', 'bytes=-0'])(
    'answers %s with 416 and the size',
    async (range) => {
      const { body, ...answer } = await download({ Range: range });
      expect(answer).toMatchObject({ status: 416, range: 'bytes */100' });
      expect(JSON.parse(body)).toMatchObject({ statusCode: 416, message: 'Range Not Satisfiable' });
    },
  );

  it.each(['bytes=0-1,5-6', 'bytes=9-1', 'bytes=x', 'bytes', 'lines=0-1'])(
    'answers %s with the whole',
    async (range) => {
      expect(await download({ Range: range })).toEqual(whole);
    },
  );

  it('returns a part only of the version that If-Range names', async () => {
    const Range = 'bytes=0-0';
    expect(await download({ Range, 'If-Range': ETAG })).toMatchObject({ status: 206, body: '0' });
    expect(await download({ Range, 'If-Range': '"other"' })).toEqual(whole);
    expect(await download({ Range, 'If-Range': `W/${ETAG}` })).toEqual(whole);
    expect(await download({ Range, 'If-Range': 'Tue, 24 Nov 2026 18:00:00 GMT' })).toEqual(whole);
  });

  it('answers 304 to a client that has the file', async () => {
    expect(await download({ 'If-None-Match': ETAG })).toMatchObject({ status: 304, body: '' });
    expect(await download({ 'If-None-Match': '*' })).toMatchObject({ status: 304 });
    expect(await download({ 'If-None-Match': '"other"' })).toEqual(whole);
  });

  it('answers HEAD with the headers of the whole, and reads nothing', async () => {
    read = () => Promise.reject(new Error('read'));
    expect(await download({ Range: 'bytes=0-1' }, 'HEAD')).toEqual({ ...whole, body: '' });
  });

  const deleteFile = (jobId: number) =>
    query.run(jobId, { type: 'DeleteFile', fileId: 1, executions: new Map(), force: true, reason: 'asked' });

  it('is 500 for a file whose bytes are lost, which says so, and 404 once it is deleted', async () => {
    await query.submit(6);
    await query.objects.delete(`${jobObjects(uidOf(6))}files/1`);
    expect(await (await query.get('/ocr-jobs/6/files/1')).json()).toEqual({
      statusCode: 500,
      message: 'Internal Server Error',
      details: 'The bytes of file 1 of job 6 are lost; restore them, or delete the file',
    });
    await deleteFile(6);
    expect((await query.get('/ocr-jobs/6/files/1')).status).toBe(404);
  });

  it('is 404 for a file that is not there, is deleted, or whose bytes are being deleted', async () => {
    const refusal = async (path: string) => (await query.get(path)).json();
    const missing = { statusCode: 404, message: 'Not Found', details: 'File 1 of job 3 does not exist' };
    await query.submit(3);
    expect((await query.get('/ocr-jobs/3/files/2')).status).toBe(404);
    expect((await query.get('/ocr-jobs/99/files/1')).status).toBe(404);
    read = async (...args) => {
      await deleteFile(3);
      await query.objects.delete(`${jobObjects(uidOf(3))}files/1`);
      return query.objects.get(...args);
    };
    expect(await refusal('/ocr-jobs/3/files/1')).toEqual(missing);
    read = null;
    expect(await refusal('/ocr-jobs/3/files/1')).toEqual(missing);
    await query.remove(3);
    expect((await query.get('/ocr-jobs/3/files/1')).status).toBe(404);
  });

  it('is 400 for what is no id', async () => {
    for (const path of ['/ocr-jobs/x/files/1', '/ocr-jobs/1/files/x', '/ocr-jobs/1/files/..%2F1'])
      expect((await query.get(path)).status).toBe(400);
  });

  it('stops reading when the client goes away', async () => {
    const endless = {
      originalName: 'a',
      mimeType: 'image/png',
      bytes: 1e12,
      sha256: sha256('a'),
      storageKey: 'k',
    };
    await query.run(2, {
      type: 'SubmitJob',
      uid: uidOf(2),
      tenant: 'default',
      name: 'a',
      files: [{ ...endless, providers: ['p'] }],
    });
    const body = new Readable({
      read() {
        this.push(Buffer.alloc(65_536));
      },
    });
    read = async () => body;
    const socket = createConnection(Number(new URL(query.url).port), '127.0.0.1');
    socket.write(`GET /ocr-jobs/2/files/1 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    await vi.waitFor(() => expect(body.destroyed).toBe(true));
  });

  it.each(['too short', 'x'.repeat(101)])(
    'cuts the connection if the stored bytes are fewer or more than they were',
    async (stored) => {
      read = async () => Readable.from([Buffer.from(stored)]);
      await expect(download()).rejects.toThrow();
      read = null;
      expect(await download()).toEqual(whole);
    },
  );
});
