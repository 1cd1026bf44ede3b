import { generateReceipt } from '@inkstream/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads } from '../support/script.ts';

/** Pages of files, as pictures that are drawn and kept. */
export function picturesTests(inkstream: Inkstream): void {
  const { api } = inkstream;
  let receipt: Buffer<ArrayBuffer>;
  beforeAll(async () => {
    const { image } = await generateReceipt({ seed: 5, layout: 'cafe-my', width: 480 });
    receipt = Buffer.concat([image, reads('TOTAL 4.50')]);
  });

  const picturesOf = async (storageKey: string) => {
    const folder = storageKey.replace('/files/', '/pictures/');
    return (await inkstream.stored.objects()).filter((key) => key.startsWith(`${folder}/`));
  };

  async function upload() {
    const id = await api.upload([{ bytes: receipt }, { bytes: receipt }]);
    const { files } = await api.finished(id);
    const [first = '', second = ''] = files.map(({ storageKey }) => storageKey);
    return { id, first, second };
  }

  describe('GET /ocr-jobs/:jobId/files/:fileId/pages/:page', () => {
    it('gives a WebP of the width that is asked for, the same again, and 304 to a client that has it', async () => {
      const { id, first } = await upload();
      const get = (headers = {}) => api.call(`/ocr-jobs/${id}/files/1/pages/1?width=320`, { headers });
      const response = await get();
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
      const picture = Buffer.from(await response.arrayBuffer());
      expect(picture.toString('latin1', 8, 16)).toBe('WEBPVP8 ');
      // RFC 6386, 9.1
      expect(picture.readUInt16LE(26)).toBe(320);
      expect(await picturesOf(first)).toEqual([expect.stringMatching(/\/pictures\/1\/1-320-0\.webp$/)]);
      expect(Buffer.from(await (await get()).arrayBuffer()).equals(picture)).toBe(true);
      expect((await get({ 'if-none-match': response.headers.get('etag') ?? '' })).status).toBe(304);
    });

    it('refuses what is no page, no width, or no picture', async () => {
      const id = await api.upload([{ bytes: receipt }, { bytes: receipt.subarray(0, 60) }]);
      await expectError(await api.call(`/ocr-jobs/${id}/files/1/pages/2`), 404);
      await expectError(await api.call(`/ocr-jobs/${id}/files/1/pages/1?width=5`), 400);
      await expectError(await api.call(`/ocr-jobs/${id}/files/2/pages/1`), 422);
    });

    it('leaves nothing in any store of a file, or a job, that is deleted while its pages are drawn', async () => {
      const { id, first, second } = await upload();
      const drawn = (file: number) =>
        [320, 1_280, 4_000].map((width) => api.call(`/ocr-jobs/${id}/files/${file}/pages/1?width=${width}`));
      await Promise.all(drawn(2));
      const kept = await picturesOf(second);
      expect(kept).toHaveLength(3);
      const late = drawn(1);
      await api.remove(`/ocr-jobs/${id}/files/1`);
      for (const { status } of await Promise.all(late)) expect([200, 404]).toContain(status);
      expect(await picturesOf(first)).toEqual([]);
      expect(await picturesOf(second)).toEqual(kept);
      const later = drawn(2);
      await api.remove(`/ocr-jobs/${id}`);
      await Promise.all(later);
      expect(await picturesOf(second)).toEqual([]);
      await expectError(await api.call(`/ocr-jobs/${id}/files/2/pages/1`), 404);
    });
  });
}
