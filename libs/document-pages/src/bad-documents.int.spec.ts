import { executionFaultSchema } from '@inkstream/contracts';
import {
  type BadFile,
  bmpFile,
  codedInHeic,
  drawReceipt,
  emptyFile,
  encryptedPdf,
  executableNamedJpg,
  garbagePdf,
  generateReceipt,
  integer,
  mulberry32,
  pngNamedJpg,
  randomBytes,
  tiledHeic,
  truncatedJpeg,
} from '@inkstream/testing';
import { describe, expect, test } from 'vitest';
import { DocumentError, openDocument } from './index.ts';
import { fixture } from './spec-support/fixture.ts';
import { jxlFile } from './spec-support/jxl.ts';

const random = mulberry32(1);
const small = { seed: 51, layout: 'cafe-my', width: 160 } as const;

const rasterOf = async (receipt: typeof small) => (await drawReceipt(receipt)).raster;

/** The error of reading every page, or undefined. */
async function faultOf(bytes: Uint8Array): Promise<unknown> {
  try {
    using document = await openDocument(bytes);
    for await (const _ of document);
    return undefined;
  } catch (error) {
    return error;
  }
}

const text = (content: string): BadFile => ({ name: 'text', bytes: Buffer.from(content) });
const svg = text('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>');
const { image: jpeg } = await generateReceipt(small);
const { image: pdf } = await generateReceipt({ ...small, format: 'pdf' });

test.each<[string, BadFile, string]>([
  ['an empty file', emptyFile(), 'corrupt_document'],
  ['a JPEG of its first bytes', truncatedJpeg(jpeg, 0.01), 'corrupt_document'],
  ['an executable', executableNamedJpg(), 'unsupported_document'],
  ['random bytes', randomBytes(random), 'unsupported_document'],
  ['a text', text('TOTAL 12.34'), 'unsupported_document'],
  ['an SVG, which might fetch things', svg, 'unsupported_document'],
  ['a single byte', { name: 'byte', bytes: Uint8Array.of(0xff) }, 'unsupported_document'],
  ['an encrypted PDF', encryptedPdf(random), 'encrypted_document'],
  ['a PDF of garbage', garbagePdf(random), 'corrupt_document'],
  ['half a PDF', { name: 'half', bytes: pdf.subarray(0, pdf.length / 2) }, 'corrupt_document'],
])('%s is refused with its code', async (_, { bytes }, code) => {
  const fault = await faultOf(bytes);
  expect(fault).toBeInstanceOf(DocumentError);
  expect(fault).toMatchObject({ code });
  expect(executionFaultSchema.safeParse(fault).success).toBe(true);
});

test('a PNG that calls itself a JPEG is read', async () => {
  const { image } = await generateReceipt({ ...small, format: 'png' });
  expect(await faultOf(pngNamedJpg(image).bytes)).toBeUndefined();
});

test.each(['png', 'heic', 'pdf'])(
  'bytes that only begin as a %s never reach the caller as another error',
  async (format) => {
    const start = { png: '\x89PNG\r\n\x1a\n', heic: '\0\0\0\x18ftypheic', pdf: '%PDF-1.4\n' }[format] ?? '';
    const bytes = Buffer.concat([Buffer.from(start, 'latin1'), randomBytes(random, 500).bytes]);
    expect(await faultOf(bytes)).toMatchObject({ code: 'corrupt_document' });
  },
);

const others: readonly (readonly [string, Uint8Array])[] = [
  ['tiled HEIC', tiledHeic(codedInHeic(await fixture('pictures.heic')), 2, 1)],
  ['BMP', bmpFile(await rasterOf(small), { bits: 8, isRuns: true })],
  ['JPEG 2000', await fixture('receipt.jp2')],
  ['JPEG XL', await jxlFile(await rasterOf(small))],
];

describe('damage anywhere', () => {
  /** Cuts the file, or overwrites some bytes. */
  function damage(bytes: Uint8Array): Uint8Array {
    if (random() < 0.3) return bytes.subarray(0, integer(random, 1, bytes.length));
    const damaged = Uint8Array.from(bytes);
    for (let i = 0; i < 8; i++) damaged[integer(random, 0, bytes.length - 1)] = integer(random, 0, 255);
    return damaged;
  }

  test.each(others)('to a %s results in pages or a typed error', { timeout: 90_000 }, async (_, file) => {
    const files = Array.from({ length: 8 }, () => damage(file));
    const faults = await Promise.all([file, ...files].map(faultOf));
    for (const fault of faults) if (fault !== undefined) expect(fault).toBeInstanceOf(DocumentError);
    expect(faults[0]).toBeUndefined();
  });

  test.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'pdf'] as const)(
    'to a %s results in pages or a typed error',
    { timeout: 90_000 },
    async (format) => {
      const { image } = await generateReceipt({ ...small, format });
      const files = Array.from({ length: 12 }, () => damage(image));
      const faults = await Promise.all([image, ...files].map(faultOf));
      for (const fault of faults) if (fault !== undefined) expect(fault).toBeInstanceOf(DocumentError);
      expect(faults[0]).toBeUndefined();
    },
  );
});
