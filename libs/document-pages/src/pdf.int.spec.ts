import {
  drawReceipt,
  encryptedPdf,
  generateDocument,
  mulberry32,
  pdfBomb,
  type ReceiptOptions,
  textPdf,
} from '@inkstream/testing';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { Pdfium } from './decoder/pdfium.ts';
import { openDocument, type PageImage } from './index.ts';

const receipt = (seed: number) => ({ seed, layout: 'diner-us', width: 320 }) as const;
const receipts = [receipt(1), receipt(2), receipt(3)];

/** How much a page differs from the picture that was put on it, brought to its size. */
async function difference(page: PageImage, options: ReceiptOptions): Promise<number> {
  const { raster } = await drawReceipt(options);
  const { width, height } = raster;
  const shown = await sharp(page.data, { raw: page })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return (
    shown.reduce((sum, value, i) => sum + Math.abs(value - (raster.data[i] as number)), 0) / shown.length
  );
}

test('every page shows its own receipt, in any order', async () => {
  const { image } = await generateDocument(receipts, 'pdf');
  using document = await openDocument(image);
  expect(document.pageCount).toBe(3);
  for (const [index, options] of [...receipts.entries()].reverse()) {
    const page = await document.page(index);
    const own = await difference(page, options);
    expect(own).toBeLessThan(5);
    expect(await difference(page, receipt(9))).toBeGreaterThan(2 * own);
  }
  await expect(document.page(3)).rejects.toThrow(RangeError);
});

const total = ['TOTAL 12.34'];
const ink = ({ data }: PageImage) => data.filter((value) => value < 128).length;

describe('a page of text', () => {
  test('is rendered at 300 dots per inch, in grey on white', async () => {
    using document = await openDocument(await textPdf(total));
    const page = await document.page(0);
    expect([page.width, page.height, page.channels]).toEqual([900, 1800, 1]);
    expect(page.data).toHaveLength(900 * 1800);
    expect(page.data[0]).toBe(255);
    expect(ink(page)).toBeGreaterThan(1000);
  });

  test('is turned as it asks to be', async () => {
    using document = await openDocument(await textPdf(total, [216, 432], 90));
    const page = await document.page(0);
    expect([page.width, page.height]).toEqual([1800, 900]);
  });

  test('as large as a house is rendered within bounds', async () => {
    using document = await openDocument(await textPdf(total, [14_400, 7200]));
    const page = await document.page(0);
    expect([page.width, page.height]).toEqual([8944, 4472]);
  });

  test('as thin as a thread still has a pixel', async () => {
    using document = await openDocument(await textPdf(total, [0.1, 14_000]));
    expect((await document.page(0)).width).toBe(1);
  });
});

describe('an encrypted PDF', () => {
  test('is refused, though it opens with its password', async () => {
    const { bytes } = encryptedPdf(mulberry32(1), 'secret');
    await expect(openDocument(bytes)).rejects.toMatchObject({ code: 'encrypted_document' });
    expect((await Pdfium.load()).open(bytes, 'secret').pageCount).toBe(1);
  });

  test('opens if reading takes no password', async () => {
    const { bytes } = encryptedPdf(mulberry32(1), '');
    using document = await openDocument(bytes);
    expect(ink(await document.page(0))).toBe(0);
  });
});

test('more pages than allowed are refused', async () => {
  const { image } = await generateDocument(receipts, 'pdf');
  await expect(openDocument(image, { maxPages: 2 })).rejects.toMatchObject({ code: 'document_too_large' });
});

test('a picture that unpacks to 900 MB is refused, and its memory is not ours', async () => {
  const { bytes } = pdfBomb();
  const memory = process.resourceUsage().maxRSS;
  using document = await openDocument(bytes);
  await expect(document.page(0)).rejects.toMatchObject({ code: 'document_too_large' });
  expect(process.resourceUsage().maxRSS - memory).toBeLessThan(20_000);
});

test('a page that is hardly there has no longer side than any', async () => {
  using document = await openDocument(await textPdf([], [100_000, 0.001]));
  expect(await document.page(0)).toMatchObject({ width: 65_535, height: 1 });
});
