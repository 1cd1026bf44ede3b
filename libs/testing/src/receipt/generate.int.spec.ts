import { createHash } from 'node:crypto';
import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Degrade } from './degrade.ts';
import { drawReceipt, generateDocument, generateReceipt } from './generate.ts';
import type { Raster } from './raster.ts';

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** A narrow strip is quick to draw and to encode. */
const small = { seed: 21, layout: 'cafe-my', width: 240 } as const;

describe.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif', 'pdf'] as const)('as %s', (format) => {
  test('the same options give the same bytes, another seed gives others', async () => {
    const [first, second, other] = await Promise.all([
      generateReceipt({ ...small, format }),
      generateReceipt({ ...small, format }),
      generateReceipt({ ...small, seed: 22, format }),
    ]);
    expect(hash(first.image)).toBe(hash(second.image));
    expect(first.truth).toEqual(second.truth);
    expect(hash(first.image)).not.toBe(hash(other.image));
  });

  test('the file is what its MIME type says', async () => {
    const { image, mimeType, truth } = await generateReceipt({ ...small, format });
    expect(mimeType).toBe(format === 'pdf' ? 'application/pdf' : `image/${format}`);
    if (format === 'pdf') {
      const page = (await PDFDocument.load(image)).getPage(0);
      expect(Math.round((page.getWidth() * 203) / 72)).toBe(truth.image.width);
      return;
    }
    const { width, height, mediaType } = await sharp(image).metadata();
    expect({ width, height }).toEqual(truth.image);
    expect(mediaType).toBe(mimeType);
  });
});

describe('EXIF orientation', () => {
  test.each([
    ['jpeg', 3],
    ['png', 6],
    ['webp', 8],
    ['tiff', 6],
  ] as const)('%s with %i shows the same upright picture', async (format, orientation) => {
    const options = { ...small, format, quality: 100 };
    const upright = await generateReceipt(options);
    const turned = await generateReceipt({ ...options, orientation });
    expect((await sharp(turned.image).metadata()).orientation).toBe(orientation);
    expect(turned.truth).toEqual(upright.truth);
    const raw = (image: Uint8Array) => sharp(image).autoOrient().greyscale().raw().toBuffer();
    const [expected, shown] = [await raw(upright.image), await raw(turned.image)];
    const worst = expected.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (shown[i] ?? -255))),
      0,
    );
    expect(worst).toBeLessThanOrEqual(8);
  });

  test('a format that has no tag for it refuses', async () => {
    await expect(generateReceipt({ ...small, format: 'gif', orientation: 6 })).rejects.toThrow(RangeError);
  });
});

describe('a document of several receipts', () => {
  const pages = [small, { ...small, seed: 22 }, { ...small, seed: 23 }];

  test.each(['pdf', 'tiff'] as const)('as %s has a page and a truth for each', async (format) => {
    const { image, truths } = await generateDocument(pages, format);
    const count =
      format === 'pdf'
        ? (await PDFDocument.load(image)).getPageCount()
        : (await sharp(image).metadata()).pages;
    expect(count).toBe(3);
    expect(new Set(truths.map((truth) => truth.text)).size).toBe(3);
    expect(hash(image)).toBe(hash((await generateDocument(pages, format)).image));
  });
});

describe('degradation', () => {
  const percentile = ({ data }: Raster, share: number) =>
    Uint8Array.from(data).sort()[Math.floor(share * (data.length - 1))] as number;
  const draw = async (degrade: Degrade) => (await drawReceipt({ ...small, degrade })).raster;

  test('fading leaves less ink', async () => {
    const [fresh, faded] = [await draw({}), await draw({ fade: 0.7 })];
    expect(percentile(faded, 0.01)).toBeGreaterThan(percentile(fresh, 0.01) + 40);
  });

  test('a shadow darkens the paper on one side only', async () => {
    const raster = await draw({ shadow: 0.6 });
    expect(percentile(raster, 1)).toBeGreaterThan(245);
    expect(percentile(raster, 0.3)).toBeLessThan(190);
  });

  test('noise speckles the paper by its deviation', async () => {
    const { data, width } = await draw({ noise: 10 });
    const below = [...data.subarray(0, width * 8)].map((value) => 255 - value);
    const spread = Math.sqrt(below.reduce((sum, value) => sum + value * value, 0) / below.length);
    // Half of it is cut off at white.
    expect(spread).toBeCloseTo(10 / Math.SQRT2, 0);
  });

  test('blur softens edges', async () => {
    const steepest = ({ data }: Raster) =>
      data.reduce((most, value, i) => Math.max(most, Math.abs(value - (data[i + 1] ?? value))), 0);
    expect(steepest(await draw({ blur: 1.5 }))).toBeLessThan(0.6 * steepest(await draw({})));
  });

  test('perspective puts the paper on a coloured desk', async () => {
    const raster = await draw({ perspective: 0.05 });
    expect(raster.channels).toBe(3);
    expect([...raster.data.subarray(0, 3)]).toEqual([96, 74, 58]);
  });
});
