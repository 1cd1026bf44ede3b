import { generateDocument, generateReceipt, withDamagedPicture, withDamagedStrip } from '@inkstream/testing';
import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { openDocument } from './index.ts';

const receipt = (seed: number) => ({ seed, layout: 'diner-us', width: 160 }) as const;

/** What becomes of each page: how much ink is on it, that it is damaged, or the code of its error. */
async function pagesOf(bytes: Uint8Array): Promise<(string | number)[]> {
  using document = await openDocument(bytes);
  const pages: (string | number)[] = [];
  for (let index = 0; index < document.pageCount; index++)
    pages.push(
      await document.page(index).then(
        ({ data, damaged }) => (damaged ? 'damaged' : data.filter((value) => value < 128).length),
        (error) => error.code,
      ),
    );
  return pages;
}

describe('a damaged page costs itself', () => {
  const ink = expect.toSatisfy((value) => typeof value === 'number' && value > 500);

  test.each([1, 2, 3])('page %i of a PDF, whose picture cannot be decoded', async (bad) => {
    const { image } = await generateDocument([receipt(1), receipt(2), receipt(3)], 'pdf');
    const expected = [1, 2, 3].map((page) => (page === bad ? 'corrupt_document' : ink));
    expect(await pagesOf(withDamagedPicture(image, bad))).toEqual(expected);
  });

  test.each([1, 2, 3])('page %i of a TIFF, whose pixels cannot be decoded', async (bad) => {
    const { image } = await generateDocument([receipt(1), receipt(2), receipt(3)], 'tiff');
    const expected = [1, 2, 3].map((page) => (page === bad ? 'corrupt_document' : ink));
    expect(await pagesOf(withDamagedStrip(image, bad))).toEqual(expected);
  });
});

test('a TIFF of one page is read as far as it goes', async () => {
  const { image } = await generateReceipt({ ...receipt(1), format: 'tiff' });
  expect(await pagesOf(withDamagedStrip(image, 1))).toEqual(['damaged']);
});

test('a page that is blank, or shows a white picture, is no damage', async () => {
  const white = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#fff' } })
    .png()
    .toBuffer();
  const pdf = await PDFDocument.create();
  pdf.addPage([100, 100]);
  const image = await pdf.embedPng(white);
  pdf.addPage([100, 100]).drawImage(image, { x: 0, y: 0, width: 100, height: 100 });
  expect(await pagesOf(await pdf.save())).toEqual([0, 0]);
});
