import { drawReceipt, generateDocument, generateReceipt, onePixelPng, pngBomb } from '@inkstream/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openDocument } from './index.ts';

const receipt = { seed: 41, layout: 'cafe-my', width: 320 } as const;

async function firstPage(bytes: Uint8Array) {
  using document = await openDocument(bytes);
  return await document.page(0);
}

/** Mean difference of grey levels, 0 to 255. */
function difference(a: Uint8Array, b: Uint8Array): number {
  expect(a).toHaveLength(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / a.length;
}

test.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)(
  'a %s decodes to the receipt in grey',
  async (format) => {
    const { raster } = await drawReceipt(receipt);
    const { image } = await generateReceipt({ ...receipt, format });
    const page = await firstPage(image);
    expect([page.width, page.height, page.channels]).toEqual([raster.width, raster.height, 1]);
    expect(difference(page.data, raster.data)).toBeLessThan(3);
  },
);

test.each([3, 6, 8] as const)('EXIF orientation %i is applied', async (orientation) => {
  const { raster } = await drawReceipt(receipt);
  const { image } = await generateReceipt({ ...receipt, orientation });
  const page = await firstPage(image);
  expect([page.width, page.height]).toEqual([raster.width, raster.height]);
  expect(difference(page.data, raster.data)).toBeLessThan(3);
});

test('each page of a TIFF is its own receipt', async () => {
  const pages = [receipt, { ...receipt, seed: 42 }];
  const { image } = await generateDocument(pages, 'tiff');
  using document = await openDocument(image);
  expect(document.pageCount).toBe(2);
  for (const index of [1, 0]) {
    const { raster } = await drawReceipt(pages[index] ?? receipt);
    const { data } = await document.page(index);
    expect(difference(data.subarray(0, raster.data.length), raster.data)).toBeLessThan(3);
  }
  await expect(document.page(2)).rejects.toThrow(RangeError);
});

describe('colours and depths of any kind become 8-bit grey on white', () => {
  /** Two pixels, the first dark and the second light. */
  const raw = (data: number[], channels: 1 | 2 | 3 | 4) =>
    sharp(Uint8Array.from(data), { raw: { width: 2, height: 1, channels } });
  const grey16 = sharp(Uint16Array.of(0x2020, 0xe0e0), { raw: { width: 2, height: 1, channels: 1 } });
  const rgb = [32, 32, 32, 224, 224, 224];
  test.each([
    ['RGB', raw(rgb, 3).png(), [32, 224]],
    ['16-bit grey', grey16.toColourspace('grey16').png(), [32, 224]],
    ['16-bit RGB', raw(rgb, 3).toColourspace('rgb16').png(), [32, 224]],
    ['16-bit TIFF', raw(rgb, 3).toColourspace('rgb16').tiff(), [32, 224]],
    ['palette', raw(rgb, 3).png({ palette: true }), [32, 224]],
    ['one-bit TIFF', raw([0, 255], 1).toColourspace('b-w').tiff({ bitdepth: 1 }), [0, 255]],
    // Printing inks have a narrower range of light.
    ['CMYK', raw(rgb, 3).toColourspace('cmyk').tiff(), [6, 214]],
    ['CMYK JPEG', raw(rgb, 3).toColourspace('cmyk').jpeg({ quality: 100 }), [6, 214]],
    ['transparent RGB', raw([0, 0, 0, 255, 0, 0, 0, 0], 4).png(), [0, 255]],
    ['half transparent grey', raw([0, 255, 0, 128], 2).png(), [0, 127]],
  ])('%s', async (_, image, expected) => {
    const page = await firstPage(await image.toBuffer());
    expect([page.width, page.height, page.data.length]).toEqual([2, 1, 2]);
    expected.forEach((value, i) => {
      expect(Math.abs((page.data[i] as number) - value)).toBeLessThanOrEqual(8);
    });
  });
});

test.each(['gif', 'webp'] as const)('an animated %s counts as its first frame', async (format) => {
  const frame = (level: number) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background: { r: level, g: level, b: level } } });
  const frames = await Promise.all([frame(0), frame(255)].map((image) => image.png().toBuffer()));
  const animation = await sharp(frames, { join: { animated: true } })
    .toFormat(format)
    .toBuffer();
  using document = await openDocument(animation);
  expect(document.pageCount).toBe(1);
  expect((await document.page(0)).data).toEqual(Buffer.alloc(64, 0));
});

test('a single pixel is a page', async () => {
  const { bytes } = onePixelPng();
  expect(await firstPage(bytes)).toMatchObject({ width: 1, height: 1, data: Buffer.of(0) });
});

test('a bomb of 900 million pixels is refused at once, and takes no memory', async () => {
  const { bytes } = pngBomb();
  await firstPage(onePixelPng().bytes);
  const [memory, start] = [process.resourceUsage().maxRSS, performance.now()];
  await expect(openDocument(bytes)).rejects.toMatchObject({ code: 'document_too_large' });
  expect(performance.now() - start).toBeLessThan(5000);
  expect(process.resourceUsage().maxRSS - memory).toBeLessThan(20_000);
});

test('pages are decoded one at a time, as they are asked for', async () => {
  const { image } = await generateDocument([receipt, receipt, receipt], 'tiff');
  using document = await openDocument(image);
  const sizes: number[] = [];
  for await (const page of document) sizes.push(page.data.length);
  expect(sizes).toEqual(Array(3).fill((await document.page(0)).data.length));
});

test('a large WebP in colours that shines through fits in the memory of a decoder', async () => {
  const photo = sharp({ create: { width: 8000, height: 5000, channels: 4, background: '#6558' } });
  const webp = await photo.webp({ effort: 0, alphaQuality: 0 }).toBuffer();
  using document = await openDocument(webp, { channels: 3 });
  const { width, height } = await document.page(0);
  expect(width * height).toBeGreaterThan(20_000_000);
});
