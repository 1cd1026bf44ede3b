import {
  deskPhoto,
  drawReceipt,
  floatTiff,
  generateReceipt,
  inkOnNothing,
  pngBomb,
  truncatedJpeg,
  withWrongChecksum,
} from '@inkstream/testing';
import sharp, { type PngOptions } from 'sharp';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';

const receipt = { seed: 61, layout: 'cafe-my', width: 320 } as const;
const { raster } = await drawReceipt(receipt);
const { image: jpeg } = await generateReceipt(receipt);
const { image: png } = await generateReceipt({ ...receipt, format: 'png' });

async function firstPage(bytes: Uint8Array): Promise<PageImage> {
  using document = await openDocument(bytes);
  return await document.page(0);
}

/** Mean difference of grey levels from the receipt, 0 to 255, of the first `share` of the page. */
function difference({ data }: PageImage, share = 1): number {
  const part = data.subarray(0, Math.floor(raster.data.length * share));
  return part.reduce((sum, value, at) => sum + Math.abs(value - (raster.data[at] ?? 0)), 0) / part.length;
}
const inverted = (page: PageImage): PageImage => ({ ...page, data: page.data.map((value) => 255 - value) });

describe('a large photo is decoded smaller', () => {
  test.each([108])(
    '%i megapixels, in the memory of any document',
    { timeout: 120_000 },
    async (megapixels) => {
      const { width, height, data, damaged } = await firstPage(await deskPhoto(png, megapixels));
      expect(damaged).toBeUndefined();
      expect(width * height).toBeLessThanOrEqual(40_000_000);
      expect(width * height).toBeGreaterThan(39_000_000);
      expect(width / height).toBeCloseTo(4 / 3, 2);
      expect([data[0], data.some((level) => level < 50), data.some((level) => level > 240)]).toEqual([
        expect.closeTo(0x5a, -1),
        true,
        true,
      ]);
    },
  );

  test.each([
    [1000, 800],
    [800, 1000],
    [1237, 613],
    [3000, 11],
    [11, 3000],
  ])('whatever its sides round to: %i x %i', async (width, height) => {
    const photo = await sharp({ create: { width, height, channels: 3, background: '#655' } })
      .jpeg()
      .toBuffer();
    for (const maxPagePixels of [10_000, 20_000, 30_000]) {
      using document = await openDocument(photo, { maxPagePixels });
      const page = await document.page(0);
      expect(page.width * page.height).toBeGreaterThan(0.8 * maxPagePixels);
    }
  });

  test('but not one of more than 300 million', async () => {
    const opening = openDocument(pngBomb(9_000, 9_000).bytes, { maxPixels: 70_000_000 });
    await expect(opening).rejects.toMatchObject({
      code: 'document_too_large',
      message: expect.stringMatching(
        /^A picture of \d+ x \d+ pixels is too large; 70 million pixels are allowed$/,
      ),
    });
  });
});

test('a progressive JPEG, all of which is held to be decoded, is too large and not damaged if the memory has no room for it', async () => {
  const photo = await sharp({ create: { width: 8000, height: 6000, channels: 3, background: '#fff' } })
    .jpeg({ progressive: true })
    .toBuffer();
  using document = await openDocument(photo, { memoryMb: 120 });
  await expect(document.page(0)).rejects.toMatchObject({ code: 'document_too_large' });
});

describe('a slightly damaged picture is read as far as it goes', () => {
  test.each<[string, Uint8Array, number]>([
    ['a JPEG without its end', jpeg.subarray(0, -2), 1],
    ['a JPEG of which 30 % are missing', truncatedJpeg(jpeg, 0.7).bytes, 0.5],
    ['a PNG with a wrong checksum', withWrongChecksum(png), 1],
  ])('%s', async (_, bytes, share) => {
    const page = await firstPage(bytes);
    expect(page).toMatchObject({ width: raster.width, height: raster.height, damaged: true });
    expect(difference(page, share)).toBeLessThan(3);
  });

  test.each<[string, PngOptions]>([
    ['in colours', {}],
    ['with a palette', { palette: true, colours: 16 }],
  ])('and nothing of a PNG %s is there twice', async (_, options) => {
    // libvips reads a PNG in strips, so that the picture is longer than a few of them.
    const long = await sharp(png).resize({ height: 2400, fit: 'fill' }).png(options).toBuffer();
    const [whole, cut] = [await firstPage(long), await firstPage(long.subarray(0, 0.6 * long.length))];
    expect(cut).toMatchObject({ width: whole.width, height: whole.height, damaged: true });
    const ends = cut.data.findLastIndex((value) => value < 128);
    const share = ends / cut.data.length;
    expect(share).toBeGreaterThan(0.3);
    expect(share).toBeLessThan(0.9);
    const there = Math.floor((share - 0.02) * cut.data.length);
    expect(cut.data.subarray(0, there).every((value, at) => value === whole.data[at])).toBe(true);
  });

  test('and a whole one is none', async () => {
    expect((await firstPage(jpeg)).damaged).toBeUndefined();
  });
});

describe('ink on a transparent ground shows', () => {
  test('black', async () => {
    expect(difference(await firstPage(await inkOnNothing(raster, 0)))).toBeLessThan(3);
  });

  test('white', async () => {
    expect(difference(inverted(await firstPage(await inkOnNothing(raster, 255))))).toBeLessThan(3);
  });

  test('white, and hardly visible', async () => {
    const faint = await sharp(await inkOnNothing(raster, 255))
      .ensureAlpha()
      .linear([1, 1, 1, 0.3], [0, 0, 0, 0])
      .png()
      .toBuffer();
    const { data } = await firstPage(faint);
    expect(data.filter((level) => level > 60).length).toBeGreaterThan(1_000);
    expect(data.filter((level) => level < 20).length).toBeGreaterThan(data.length / 2);
  });
});

test.each([1, 255, 65_535, 7])('samples of floating point from 0 to %i are grey levels', async (white) => {
  expect(difference(await firstPage(floatTiff(raster, white)))).toBeLessThan(3);
});

test('a sample far beyond all others darkens none of them', async () => {
  const tiff = floatTiff(raster, 1);
  tiff.writeFloatLE(1e9, tiff.length - 4);
  expect(difference(await firstPage(tiff))).toBeLessThan(3);
});
