import { expect, test } from 'vitest';
import { documentFormat } from './document-format.ts';

test.each([
  ['\xff\xd8\xff\xe0', 'jpeg'],
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['GIF89a', 'gif'],
  ['RIFF\0\0\0\0WEBPVP8 ', 'webp'],
  ['RIFF\0\0\0\0WAVEfmt ', undefined],
  ['II*\0\x08', 'tiff'],
  ['MM\0*\0', 'tiff'],
  ['\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'avif'],
  ['\0\0\0\x18ftypmif1\0\0\0\0avifmif1', 'avif'],
  ['\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heic'],
  ['\0\0\0\x18ftypmif1\0\0\0\0heicmif1', 'heic'],
  ['\0\0\0\x18ftypisom\0\0\0\0isomavc1', undefined],
  ['%PDF-1.7\n', 'pdf'],
  [`${'\r\n'.repeat(100)}%PDF-1.4`, 'pdf'],
  [`${' '.repeat(2000)}%PDF-1.4`, undefined],
  ['<svg xmlns', undefined],
  ['\0\0\0', undefined],
  ['', undefined],
])('%j is %s', (start, format) => {
  expect(documentFormat(Buffer.from(start, 'latin1'))).toBe(format);
});
