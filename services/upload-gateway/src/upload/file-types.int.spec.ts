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

/** A ZIP file that begins with an entry, stored as it is (APPNOTE.TXT, 4.3.7). */
function zipOf(name: string, content: string): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(20, 4);
  head.writeUInt32LE(content.length, 18);
  head.writeUInt32LE(content.length, 22);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), Buffer.from(content), Buffer.alloc(5_000)]);
}
const contentTypes = (of: string) => `<Types><Override ContentType="${of}.main+xml"/></Types>`;
const OFFICE = 'application/vnd.openxmlformats-officedocument';

test.each([
  ['a Word document', 'wordprocessingml.document'],
  ['an Excel workbook', 'spreadsheetml.sheet'],
])('%s is known to be one, by its first bytes', async (_, type) => {
  const file = zipOf('[Content_Types].xml', contentTypes(`${OFFICE}.${type}`));
  expect(await typeOf(file)).toBe(`${OFFICE}.${type}`);
});

test.each([
  ['bmp', '424d', 'image/bmp'],
  ['a bare JPEG 2000', 'ff4fff51', 'image/jp2'],
  ['JPEG 2000', '0000000c6a5020200d0a870a00000014667479706a703220', 'image/jp2'],
  ['a bare JPEG XL', 'ff0a', 'image/jxl'],
  ['JPEG XL', '0000000c4a584c200d0a870a', 'image/jxl'],
])('%s is known', async (_, start, type) => {
  expect(await typeOf(Buffer.concat([Buffer.from(start, 'hex'), Buffer.alloc(5_000)]))).toBe(type);
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
