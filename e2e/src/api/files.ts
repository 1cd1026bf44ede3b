import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads } from '../support/script.ts';

/** Files as they were uploaded, whole, in part, or not again. */
export function filesTests({ api }: Inkstream): void {
  const original = reads('0123456789'.repeat(2_000));
  let job = 0;

  beforeAll(async () => {
    job = await api.upload([{ bytes: original, name: 'really-a-png.jpg' }]);
    await api.finished(job);
  });

  const get = (headers: Record<string, string> = {}, method = 'GET') =>
    api.call(`/ocr-jobs/${job}/files/1`, { headers, method });

  describe('GET /ocr-jobs/:jobId/files/:fileId', () => {
    it('gives the very bytes that were uploaded, under the type that they are', async () => {
      const response = await get();
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(original)).toBe(true);
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-length': String(original.length),
        'content-disposition': 'attachment; filename=really-a-png.jpg',
        'accept-ranges': 'bytes',
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      });
    });

    it.each([
      ['bytes=0-0', 0, 0],
      ['bytes=100-199', 100, 199],
      ['bytes=20000-', 20_000, original.length - 1],
      ['bytes=-5', original.length - 5, original.length - 1],
      ['bytes=10-99999999', 10, original.length - 1],
    ])('gives the part that Range: %s asks for', async (range, start, end) => {
      const response = await get({ range });
      expect(response.status).toBe(206);
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${original.length}`);
      expect(Buffer.from(await response.arrayBuffer()).equals(original.subarray(start, end + 1))).toBe(true);
    });

    it('answers 416 where no byte lies in the range, and the whole where the range is none', async () => {
      const response = await get({ range: 'bytes=99999999-' });
      expect(response.headers.get('content-range')).toBe(`bytes */${original.length}`);
      await expectError(response, 416);
      for (const range of ['bytes=5-1', 'lines=1-2', 'nonsense'])
        expect((await get({ range })).status, range).toBe(200);
    });

    it('answers 304 to a client that has it, and says how large it is to one that only asks', async () => {
      const etag = (await get()).headers.get('etag') ?? '';
      expect((await get({ 'if-none-match': etag })).status).toBe(304);
      expect((await get({ 'if-none-match': '"other"' })).status).toBe(200);
      const head = await get({}, 'HEAD');
      expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
        200,
        String(original.length),
        '',
      ]);
    });

    it('is 404 where there is no such file', async () => {
      for (const path of [`${job}/files/2`, '999999/files/1'])
        await expectError(await api.call(`/ocr-jobs/${path}`), 404);
    });
  });

  describe('GET /ocr-jobs/:id', () => {
    it('answers 304 until the job changes', async () => {
      const etag = (await api.call(`/ocr-jobs/${job}`)).headers.get('etag') ?? '';
      const again = () => api.call(`/ocr-jobs/${job}`, { headers: { 'if-none-match': etag } });
      const same = await again();
      expect([same.status, await same.text()]).toEqual([304, '']);
      await api.created(await api.requestExecution(job, 1, 'scripted-twin'));
      expect((await again()).status).toBe(200);
    });
  });
}
