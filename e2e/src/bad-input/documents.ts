import {
  type BadFile,
  brokenHeic,
  encryptedPdf,
  garbagePdf,
  generateReceipt,
  mulberry32,
  onePixelPng,
  pngBomb,
  truncatedJpeg,
} from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import type { Inkstream } from '../support/inkstream.ts';

const toUpload = ({ name, bytes }: BadFile) => ({
  name,
  bytes: Buffer.from(bytes),
  provider: 'paddle-ocr-local',
});
/** Most that memory may grow while documents are read that ask for gigabytes, bytes. */
const MAX_RISE = 150 * 2 ** 20;

/** Documents that pass as pictures and PDFs, and are none that can be read: the real engine says so. */
export function documentsTests(inkstream: Inkstream): void {
  const { api } = inkstream;

  /** The highest memory while `work` goes on, bytes. */
  async function peakDuring(work: Promise<unknown>): Promise<number> {
    let peak = 0;
    let over = false;
    const end = work.finally(() => {
      over = true;
    });
    while (!over) {
      peak = Math.max(peak, await inkstream.process.rss());
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await end;
    return peak;
  }

  describe('a document that cannot be read', () => {
    it('fails with what is wrong with it, and harms no other one', async () => {
      const { image } = await generateReceipt({ seed: 1 });
      const files = [
        await onePixelPng(),
        truncatedJpeg(image, 0.5),
        truncatedJpeg(image, 0.05),
        brokenHeic(),
        garbagePdf(mulberry32(1)),
        encryptedPdf(mulberry32(2)),
      ];
      const job = await api.finished(await api.upload(files.map(toUpload)));
      expect(job.status).toBe('completed');
      const outcomes = job.files.map(({ originalName, executions: [one] }) => [
        originalName,
        one?.error?.code,
      ]);
      expect(outcomes).toEqual([
        ['one-pixel.png', undefined],
        ['truncated.jpg', 'corrupt_document'],
        ['truncated.jpg', 'corrupt_document'],
        ['broken.heic', 'corrupt_document'],
        ['garbage.pdf', 'corrupt_document'],
        ['encrypted.pdf', 'encrypted_document'],
      ]);
      expect(JSON.parse(job.files[0]?.executions[0]?.ocrData ?? '')).toMatchObject({ text: '' });
      for (const { executions } of job.files.slice(1))
        expect(executions[0]?.error?.message).toMatch(/^[A-Z].{10,200}$/);
    });

    it('is refused before it is unpacked where it would fill the memory', async () => {
      const { rss: before } = await inkstream.process.settled();
      const id = await api.upload([toUpload(await pngBomb())]);
      const finished = api.finished(id);
      expect((await peakDuring(finished)) - before).toBeLessThan(MAX_RISE);
      expect(await finished).toMatchObject({
        status: 'failed',
        files: [
          {
            executions: [{ error: { code: 'document_too_large', message: expect.stringMatching(/pixel/i) } }],
          },
        ],
      });
    });
  });
}
