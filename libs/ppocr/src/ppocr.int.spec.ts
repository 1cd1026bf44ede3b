import { generateReceipt } from '@inkstream/testing';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPpocr, linesToText, type Ppocr, readImage } from './index.ts';

let engine: Ppocr;
beforeAll(async () => {
  engine = await createPpocr({ model: 'default' });
});
afterAll(() => engine.close());

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
    expect(recall(truth.text, linesToText(page.lines))).toBeGreaterThan(0.85);
  });
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

test('a receipt far from the camera is read', async () => {
  const { image, truth } = await generateReceipt({ seed: 2, format: 'png' });
  const { width, height } = truth.image;
  const around = { top: height, bottom: 2 * height, left: 4 * width, right: 3 * width, background: '#444' };
  const picture = await sharp(image).extend(around).png().toBuffer();
  const { lines } = await engine.recognise(await readImage(picture));
  expect(recall(truth.text, linesToText(lines))).toBeGreaterThan(0.85);
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
