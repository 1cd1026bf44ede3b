import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import {
  emptyFile,
  encryptedPdf,
  executableNamedJpg,
  garbagePdf,
  generateReceipt,
  mulberry32,
  onePixelPng,
  pdfBomb,
  pngBomb,
  pngNamedJpg,
  randomBytes,
  truncatedJpeg,
} from './index.ts';

const start = (bytes: Uint8Array, length: number) =>
  Buffer.from(bytes.subarray(0, length)).toString('latin1');

test('a truncated JPEG has its header and not its pixels', async () => {
  const { image } = await generateReceipt({ seed: 1 });
  const { bytes } = truncatedJpeg(image);
  expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 640 });
  await expect(sharp(bytes).raw().toBuffer()).rejects.toThrow();
});

test('files that lie about their type begin as what they are', async () => {
  expect(start(executableNamedJpg().bytes, 2)).toBe('MZ');
  const { bytes, name } = pngNamedJpg(onePixelPng().bytes);
  expect(name).toMatch(/\.jpg$/);
  expect(start(bytes, 4)).toBe('\x89PNG');
});

test('an empty file has no bytes', () => {
  expect(emptyFile().bytes).toHaveLength(0);
});

test('random bytes are fixed by the seed', () => {
  expect(randomBytes(mulberry32(3))).toEqual(randomBytes(mulberry32(3)));
  expect(randomBytes(mulberry32(3))).not.toEqual(randomBytes(mulberry32(4)));
});

test('the one-pixel PNG is valid', async () => {
  const { data, info } = await sharp(onePixelPng().bytes).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, data[0]]).toEqual([1, 1, 0]);
});

test('the bomb is a small file that announces 900 million pixels, and is a whole PNG', async () => {
  const { bytes } = pngBomb();
  expect(bytes.length).toBeLessThan(200_000);
  expect(await sharp(bytes, { limitInputPixels: false }).metadata()).toMatchObject({
    format: 'png',
    width: 30_000,
    height: 30_000,
  });
  const small = pngBomb(3000, 300);
  expect((await sharp(small.bytes).raw().toBuffer()).every((value) => value === 0)).toBe(true);
});

test('the encrypted PDF is well formed and refuses to open without its password', async () => {
  const { bytes } = encryptedPdf(mulberry32(1));
  await expect(PDFDocument.load(bytes)).rejects.toThrow(/encrypted/i);
  const document = await PDFDocument.load(bytes, { ignoreEncryption: true });
  expect(document.getPageCount()).toBe(1);
});

test('the garbage PDF begins as a PDF and is none', async () => {
  const { bytes } = garbagePdf(mulberry32(1));
  expect(start(bytes, 5)).toBe('%PDF-');
  // pdf-lib skips what it does not understand, and finds that nothing is left.
  const document = await PDFDocument.load(bytes);
  expect(() => document.getPageCount()).toThrow();
});

test('the PDF bomb is small and well formed', async () => {
  const { bytes } = pdfBomb(1000);
  expect(bytes.length).toBeLessThan(3000);
  expect((await PDFDocument.load(bytes)).getPageCount()).toBe(1);
});
