import { drawReceipt } from '@inkstream/testing';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { openDocument, type PageImage } from './index.ts';

const { raster } = await drawReceipt({ seed: 61, layout: 'cafe-my', width: 320 });
const { width, height } = raster;
const upright = sharp(raster.data, { raw: { width, height, channels: 1 } });

/** Mean difference of grey levels from the receipt, 0 to 255. */
async function difference(bytes: Uint8Array): Promise<number> {
  using document = await openDocument(bytes);
  const page: PageImage = await document.page(0);
  expect([page.width, page.height]).toEqual([width, height]);
  return (
    page.data.reduce((sum, value, at) => sum + Math.abs(value - (raster.data[at] ?? 0)), 0) / page.data.length
  );
}

/** What has to be done to the upright picture so that each orientation (EXIF 2.32, 4.6.5) shows it upright again. */
const undone: Readonly<Record<number, (image: Sharp) => Sharp>> = {
  1: (image) => image,
  2: (image) => image.flop(),
  3: (image) => image.rotate(180),
  4: (image) => image.flip(),
  5: (image) => image.rotate(270).flop(),
  6: (image) => image.rotate(270),
  7: (image) => image.rotate(90).flop(),
  8: (image) => image.rotate(90),
};

describe.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('a %s is upright', (format) => {
  test.each([5, 8])('of orientation %i', async (orientation) => {
    const turned = await undone[orientation]?.(upright.clone()).png().toBuffer();
    const file = await sharp(turned)
      .withMetadata({ orientation })
      .toFormat(format, { quality: 90 })
      .toBuffer();
    expect(await difference(file)).toBeLessThan(4);
  });
});

describe('a TIFF is read', () => {
  test.each<[string, Parameters<Sharp['tiff']>[0]]>([
    ['of JPEG strips', { compression: 'jpeg', quality: 95 }],
    ['of JPEG tiles', { compression: 'jpeg', quality: 95, tile: true }],
    ['of more than 4 GB, as far as it knows', { bigtiff: true }],
    ['of LZW with a predictor', { compression: 'lzw', predictor: 'horizontal' }],
    ['of deflated tiles', { compression: 'deflate', tile: true }],
    ['of packed bits', { compression: 'packbits' }],
  ])('%s', async (_, options) => {
    expect(await difference(await upright.clone().tiff(options).toBuffer())).toBeLessThan(4);
  });
});

test('interlaced PNG, palettes and CMYK are read', async () => {
  expect(await difference(await upright.clone().png({ progressive: true }).toBuffer())).toBe(0);
  expect(await difference(await upright.clone().png({ palette: true }).toBuffer())).toBeLessThan(4);
  expect(await difference(await upright.clone().toColourspace('rgb16').png().toBuffer())).toBeLessThan(2);
  const cmyk = await upright.clone().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
  expect(await difference(cmyk)).toBeLessThan(8);
});

test.each(['gif', 'webp'] as const)('of an animated %s the first frame is read', async (format) => {
  const frame = await upright.clone().png().toBuffer();
  const other = await upright.clone().negate().png().toBuffer();
  const animated = sharp([frame, other, other], { join: { animated: true } });
  expect(await difference(await animated.toFormat(format, { lossless: true }).toBuffer())).toBeLessThan(4);
});

test('an AVIF of more pixels than there is memory for is refused by its header, and says how many there is', async () => {
  const file = await upright.clone().avif().toBuffer();
  // `ispe` holds its size (ISO/IEC 23008-12, 6.5.3), of the picture and of its transparency.
  for (let at = file.indexOf('ispe'); at >= 0; at = file.indexOf('ispe', at + 4)) {
    file.writeUInt32BE(7_000, at + 8);
    file.writeUInt32BE(6_000, at + 12);
  }
  await expect(openDocument(file)).rejects.toMatchObject({
    code: 'document_too_large',
    message:
      'An AVIF picture of 7000 x 6000 pixels takes too much memory; 30.4 million pixels fit: send it as JPEG',
  });
});
