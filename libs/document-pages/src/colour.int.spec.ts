import { PDFDocument, rgb } from 'pdf-lib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openDocument } from './index.ts';
import { fixture } from './spec-support/fixture.ts';

const [red, blue] = [
  [200, 30, 40],
  [20, 60, 180],
] as const;

/** The colours of the leftmost and the rightmost pixel in the middle of a page. */
async function ends(bytes: Uint8Array): Promise<number[][]> {
  using document = await openDocument(bytes, { channels: 3 });
  const { data, width, height, channels } = await document.page(0);
  expect([channels, data.length]).toEqual([3, 3 * width * height]);
  const row = 3 * width * Math.floor(height / 2);
  return [row, row + 3 * (width - 1)].map((at) => [...data.subarray(at, at + 3)]);
}

const near = (colour: readonly number[]) =>
  colour.map((value) => expect.toSatisfy((shown) => Math.abs(shown - value) <= 6));

/** 40 x 20 pixels, the left half red, the right half blue. */
const twoHalves = () => {
  const half = (background: readonly [number, number, number]) => {
    const [r, g, b] = background;
    return sharp({ create: { width: 20, height: 20, channels: 3, background: { r, g, b } } });
  };
  return half(red).extend({ right: 20, background: { r: blue[0], g: blue[1], b: blue[2] } });
};

test.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
  'a %s keeps its colours if asked',
  async (format) =>
    expect(await ends(await twoHalves().toFormat(format).toBuffer())).toEqual([near(red), near(blue)]),
);

test('a PDF keeps its colours if asked, on white', async () => {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([40, 20]);
  const [r, g, b] = red;
  page.drawRectangle({ x: -5, y: -5, width: 30, height: 30, color: rgb(r / 255, g / 255, b / 255) });
  expect(await ends(await pdf.save())).toEqual([near(red), [255, 255, 255]]);
});

test('a HEIC in colour shows what it shows in grey, turned the same way', async () => {
  const bytes = await fixture('receipt-turned.heic');
  using inGrey = await openDocument(bytes);
  using inColour = await openDocument(bytes, { channels: 3 });
  const [grey, colour] = [await inGrey.page(0), await inColour.page(0)];
  expect([colour.width, colour.height]).toEqual([grey.width, grey.height]);
  const luma = await sharp(colour.data, { raw: colour }).toColourspace('b-w').raw().toBuffer();
  const difference = luma.reduce((sum, value, at) => sum + Math.abs(value - (grey.data[at] ?? 0)), 0);
  expect(difference / luma.length).toBeLessThan(2);
});
