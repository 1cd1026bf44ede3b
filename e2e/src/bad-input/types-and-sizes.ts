import { createdJobSchema } from '@inkstream/contracts';
import { executableNamedJpg } from '@inkstream/testing';
import { describe, expect, it } from 'vitest';
import { exactly, expectError, form, type Upload } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { PIXEL, reads } from '../support/script.ts';
import { SMALL_LIMIT } from '../support/scripted-providers.ts';

const MAX_FILE_BYTES = 104_857_600;

/** A valid picture with zeros between its end and its script, of the size given. */
function ofSize(bytes: number): Buffer<ArrayBuffer> {
  const script = reads('padded').subarray(PIXEL.length);
  return Buffer.concat([PIXEL, Buffer.alloc(bytes - PIXEL.length - script.length), script]);
}

const pdf = (bytes: number): Buffer<ArrayBuffer> =>
  Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes - 9)]);

/** Files of types and sizes that nobody takes. */
export function typesAndSizesTests({ api }: Inkstream): void {
  const refused = async (status: number, details: RegExp, ...files: Upload[]) =>
    expectError(await api.post(form(files)), status, details);

  describe('the type of a file', () => {
    it.each([
      ['a program', Buffer.from(executableNamedJpg().bytes)],
      ['text', Buffer.from('TOTAL 4.50\n')],
      ['a page', Buffer.from('<!doctype html><script>alert(1)</script>')],
      ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
      ['an archive', Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1')],
    ])('is what its bytes say: %s named .jpg is 415', async (_, bytes) => {
      await refused(415, /'receipt\.jpg'/, { bytes, name: 'receipt.jpg' });
    });

    it('is what its bytes say: a PNG named .jpg is a PNG', async () => {
      const id = await api.upload([{ bytes: reads('x'), name: 'receipt.jpg' }]);
      expect((await api.call(`/ocr-jobs/${id}/files/1`)).headers.get('content-type')).toBe('image/png');
    });

    it('must be one that the provider takes', async () => {
      await refused(415, /scripted-pdf/, { bytes: reads('x'), provider: 'scripted-pdf' });
    });

    it('counts for every file: one bad one refuses them all', async () => {
      await refused(415, /bad\.png/, { bytes: reads('x') }, { bytes: Buffer.from('text'), name: 'bad.png' });
    });
  });

  describe('the size of a file', () => {
    it('may be 100 MiB, and not one byte more', async () => {
      const taken = await api.post(form([{ bytes: ofSize(MAX_FILE_BYTES) }]));
      await api.finished((await exactly(createdJobSchema, taken)).id);
      await refused(413, /104857600 bytes/, { bytes: ofSize(MAX_FILE_BYTES + 1) });
      await refused(413, /104857600 bytes/, { bytes: reads('x') }, { bytes: ofSize(101 * 2 ** 20) });
    });

    it('may be no more than the provider takes', async () => {
      await refused(413, /scripted-pdf/, { bytes: pdf(SMALL_LIMIT + 1), provider: 'scripted-pdf' });
      const id = await api.upload([{ bytes: pdf(SMALL_LIMIT), provider: 'scripted-pdf' }]);
      expect((await api.finished(id)).status).toBe('failed');
    });
  });
}
