import {
  brokenHeic,
  executableNamedJpg,
  garbagePdf,
  generateReceipt,
  mulberry32,
  pngNamedJpg,
  randomBytes,
  truncatedJpeg,
} from '@inkstream/testing';
import { expect, test } from 'vitest';
import { jpeg, pdf } from '../spec-support/documents.ts';
import { inspectFile } from './inspect-file.ts';

async function typeOf(bytes: Uint8Array): Promise<string | null> {
  const inspection = inspectFile(
    (async function* () {
      for (let start = 0; start < bytes.byteLength; start += 1_000)
        yield bytes.subarray(start, start + 1_000);
    })(),
  );
  for (;;) {
    const next = await inspection.next();
    if (next.done) return next.value.mimeType;
  }
}

test.each([
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'image/webp'],
  ['tiff', 'image/tiff'],
  ['gif', 'image/gif'],
  ['avif', 'image/avif'],
  ['pdf', 'application/pdf'],
] as const)('a receipt as %s is known to be %s', async (format, type) => {
  const { image } = await generateReceipt({ seed: 7, format, width: 200 });
  expect(await typeOf(image)).toBe(type);
});

test.each([
  ['a HEIC photo that is broken further on', brokenHeic(), 'image/heic'],
  ['half a JPEG', truncatedJpeg(jpeg()), 'image/jpeg'],
  [
    'a PNG that calls itself a JPEG',
    pngNamedJpg(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')),
    'image/png',
  ],
  ['a PDF of garbage', garbagePdf(mulberry32(1)), 'application/pdf'],
  ['a PDF behind an empty line', { bytes: Buffer.concat([Buffer.from('\r\n'), pdf()]) }, 'application/pdf'],
  ['a PDF that ends after its header', { bytes: pdf().subarray(0, 8) }, 'application/pdf'],
  ['a program that calls itself a JPEG', executableNamedJpg(), 'application/x-msdownload'],
  ['bytes without meaning', randomBytes(mulberry32(1)), null],
])('%s is known for what its bytes say', async (_name, { bytes }, type) => {
  expect(await typeOf(bytes)).toBe(type);
});
