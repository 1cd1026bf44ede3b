import { generateReceipt } from '@inkstream/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPpocr, type Ppocr, readImage } from './index.ts';

let engine: Ppocr;
beforeAll(async () => {
  engine = await createPpocr({ model: 'default' });
});
afterAll(() => engine.close());

const textOf = ({ lines }: Awaited<ReturnType<Ppocr['recognise']>>) =>
  lines.map(({ text }) => text).join(' ');

/** The share of the true words that were read. */
function recall(truth: string, read: string): number {
  const words = truth.toLowerCase().split(/\s+/);
  const found = new Set(read.toLowerCase().split(/\s+/));
  return words.filter((word) => found.has(word)).length / words.length;
}

describe.each([1, 2, 3])('the generated receipt of seed %i', (seed) => {
  test.each([0, 90, 180, 270])('is read when it was turned by %i degrees', async (turned) => {
    const { image, truth } = await generateReceipt({ seed, format: 'png' });
    const picture = await sharp(image).rotate(turned).png().toBuffer();
    const page = await engine.recognise(await readImage(picture));
    expect(page.rotation).toBe((360 - turned) % 360);
    expect([page.width, page.height]).toEqual([truth.image.width, truth.image.height]);
    expect(recall(truth.text, textOf(page))).toBeGreaterThan(0.85);
  });
});

type Point = readonly [x: number, y: number];
const centreOf = (quad: readonly Point[]): Point => [
  quad.reduce((sum, [x]) => sum + x, 0) / 4,
  quad.reduce((sum, [, y]) => sum + y, 0) / 4,
];

/** Where a point of the picture is on the page that was turned clockwise. */
function onPage([x, y]: Point, rotation: number, picture: { width: number; height: number }): Point {
  if (rotation === 180) return [picture.width - x, picture.height - y];
  return rotation === 270 ? [y, picture.width - x] : [x, y];
}

test.each([
  [-38, 0],
  [17, 0],
  [100, 270],
  [170, 180],
])('a photo tilted by %i° is read in order, each line with its corners', async (rotate, rotation) => {
  const degrade = { rotate, perspective: 0.04, curl: 0.02 };
  const { image, truth } = await generateReceipt({ seed: 8, layout: 'cafe-my', degrade });
  const page = await engine.recognise(await readImage(image));
  expect(page.rotation).toBe(rotation);
  expect(recall(truth.text, textOf(page))).toBeGreaterThan(0.85);

  const places = page.lines.flatMap(({ text, quad }) => {
    const words = truth.words.filter((word) => word.text === text);
    return words.length === 1 && words[0] ? [{ word: words[0], quad }] : [];
  });
  expect(places.length).toBeGreaterThan(8);
  for (const { word, quad = [] } of places) {
    const [x, y] = onPage(centreOf(word.quad), rotation, truth.image);
    const [u, v] = centreOf(quad);
    expect(Math.hypot(x - u, y - v), word.text).toBeLessThan(8);
  }
  const order = places.map(({ word }) => truth.words.indexOf(word));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a page without text, or too small for any, has no lines', async () => {
  const blank = (width: number, height: number) => ({
    data: new Uint8Array(width * height).fill(255),
    width,
    height,
    channels: 1 as const,
  });
  expect((await engine.recognise(blank(400, 300))).lines).toEqual([]);
  expect((await engine.recognise(blank(1, 1))).lines).toEqual([]);
});

test('a receipt far from the camera is read, with all of its prices', async () => {
  const degrade = { noise: 5, blur: 0.7, rotate: 2, perspective: 0.02 };
  const { image, truth } = await generateReceipt({ seed: 503, width: 460, format: 'png', degrade });
  const { width, height } = truth.image;
  const around = { top: height, bottom: 2 * height, left: width, right: 2 * width, background: '#5a5046' };
  const picture = await sharp(image).extend(around).png().toBuffer();
  const page = await engine.recognise(await readImage(picture));
  expect(recall(truth.text, textOf(page))).toBeGreaterThan(0.85);
  const prices = truth.text.match(/\d+[.,]\d\d(?!\d)/g) ?? [];
  expect(prices.filter((price) => !textOf(page).includes(price))).toEqual([]);
});

test('EXIF orientation is applied by readImage', async () => {
  const { image, truth } = await generateReceipt({ seed: 4, orientation: 6 });
  const page = await engine.recognise(await readImage(image));
  expect(page.rotation).toBe(0);
  expect([page.width, page.height]).toEqual([truth.image.width, truth.image.height]);
});

test('an aborted signal stops the reading', async () => {
  const { image } = await generateReceipt({ seed: 5 });
  const reading = engine.recognise(await readImage(image), { signal: AbortSignal.abort() });
  await expect(reading).rejects.toThrow(/abort/i);
});
