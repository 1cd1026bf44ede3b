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
import { expectError, form } from '../support/api.ts';
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
        ['truncated.jpg', undefined],
        ['truncated.jpg', 'corrupt_document'],
        ['broken.heic', 'corrupt_document'],
        ['garbage.pdf', 'corrupt_document'],
        ['encrypted.pdf', 'encrypted_document'],
      ]);
      const resultOf = (file: number) => JSON.parse(job.files[file]?.executions[0]?.ocrData ?? '');
      expect(resultOf(0)).toMatchObject({ text: '', warnings: [{ code: 'blank', page: 1 }] });
      expect(resultOf(1)).toMatchObject({ warnings: [{ code: 'damaged_input', page: 1 }] });
      for (const { executions } of job.files.slice(2))
        expect(executions[0]?.error?.message).toMatch(/^[A-Z].{10,200}$/);
    });

    it('is refused before it is unpacked where it would fill the memory', async () => {
      const { rss: before } = await inkstream.process.settled();
      const refused = api.post(form([toUpload(pngBomb())]));
      expect((await peakDuring(refused)) - before).toBeLessThan(MAX_RISE);
      await expectError(await refused, 400, /'bomb\.png' has 30000 x 30000 pixels.*300 million at most/);
    });
  });
}
