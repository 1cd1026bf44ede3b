import {
  codedPictures,
  drawReceipt,
  type Grey,
  inlinePdf,
  picturedPdf,
  storedPictures,
} from '@inkstream/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openDocument } from './index.ts';

/** A receipt in black and white. */
async function receipt() {
  const { raster } = await drawReceipt({ seed: 3, layout: 'cafe-my', width: 240 });
  const { data, info } = await sharp(raster.data, { raw: raster })
    .toColourspace('b-w')
    .threshold(128)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
const picture = await receipt();
const stored = await storedPictures(picture);

/** The mean difference between the only page and the picture, in its size. */
async function difference(pdf: Uint8Array, { width, height, data }: Grey = picture): Promise<number> {
  using document = await openDocument(pdf);
  const page = await document.page(0);
  const shown = await sharp(page.data, { raw: page })
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return shown.reduce((sum, level, at) => sum + Math.abs(level - (data[at] ?? 0)), 0) / shown.length;
}

describe('a picture on a page looks as it should, stored as', () => {
  test.each(Object.entries(stored))('%s', async (_, how) => {
    expect(await difference(picturedPdf(picture, how))).toBeLessThan(12);
  });

  const rings = codedPictures();
  test.each(Object.entries(rings.stored))('%s', async (_, how) => {
    expect(await difference(picturedPdf(rings.picture, how), rings.picture)).toBeLessThan(12);
  });

  test('a part of what the page draws', async () => {
    expect(await difference(inlinePdf(picture))).toBeLessThan(12);
  });
});

describe('a page is no blank one if its only picture cannot be decoded,', () => {
  const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919 + (at >> 3)) & 255));
  test.each([
    ['JPEG 2000', '/Filter /JPXDecode'],
    ['JBIG2', '/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode'],
    ['JPEG', '/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode'],
    ['deflated', '/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode'],
  ])('%s', async (_, entries) => {
    using document = await openDocument(picturedPdf(picture, { entries, data: noise }));
    await expect(document.page(0)).rejects.toMatchObject({ code: 'corrupt_document' });
  });
});
