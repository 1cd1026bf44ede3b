import type { Box } from '@inkstream/contracts';
import { describe, expect, test } from 'vitest';
import { drawReceipt, type ReceiptTruth, type TruthText } from './generate.ts';
import { layoutNames } from './layouts/index.ts';
import type { Raster } from './raster.ts';

const isInk = (raster: Raster, x: number, y: number) => (raster.data[y * raster.width + x] ?? 255) < 128;

/** The smallest box round the ink inside `box` grown by `margin` pixels. */
function inkBox(raster: Raster, [left, top, right, bottom]: Box, margin: number): Box {
  const found: Box = [Infinity, Infinity, 0, 0];
  for (let y = top - margin; y < bottom + margin; y++) {
    for (let x = left - margin; x < right + margin; x++) {
      if (!isInk(raster, x, y)) continue;
      found[0] = Math.min(found[0], x);
      found[1] = Math.min(found[1], y);
      found[2] = Math.max(found[2], x + 1);
      found[3] = Math.max(found[3], y + 1);
    }
  }
  return found;
}

const worstEdge = (a: Box, b: Box) => Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));

describe.each(layoutNames)('the truth of %s', (layout) => {
  test('boxes fit the ink of their words to the pixel', async () => {
    const { raster, truth } = await drawReceipt({ seed: 11, layout });
    for (const word of truth.words) {
      expect(worstEdge(inkBox(raster, word.box, 2), word.box), word.text).toBeLessThanOrEqual(1);
    }
  });

  test('lines are in reading order and hold their words', async () => {
    const { truth } = await drawReceipt({ seed: 12, layout });
    expect(truth.text).toBe(truth.lines.map((line) => line.text).join('\n'));
    expect(truth.words.map((word) => word.text)).toEqual(truth.text.split(/\s+/));
    const middles = truth.lines.map(({ box }) => (box[1] + box[3]) / 2);
    middles.slice(1).forEach((middle, i) => {
      expect(middle).toBeGreaterThan((middles[i] as number) - 8);
    });
  });
});

/** Correlation of a word's pixels on the flat page with those of its quadrilateral in the picture. */
function likeness(flat: Raster, picture: Raster, { box, quad }: TruthText): number {
  const pairs: [number, number][] = [];
  const [left, top, right, bottom] = box;
  const [a, b, c, d] = quad;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const u = (x + 0.5 - left) / (right - left);
      const v = (y + 0.5 - top) / (bottom - top);
      const at = (axis: 0 | 1) =>
        Math.floor((a[axis] * (1 - u) + b[axis] * u) * (1 - v) + (d[axis] * (1 - u) + c[axis] * u) * v);
      const index = (at(1) * picture.width + at(0)) * picture.channels;
      pairs.push([flat.data[y * flat.width + x] as number, picture.data[index] as number]);
    }
  }
  return correlation(pairs);
}

function correlation(pairs: [number, number][]): number {
  const mean = (axis: 0 | 1) => pairs.reduce((sum, pair) => sum + pair[axis], 0) / pairs.length;
  const [mx, my] = [mean(0), mean(1)];
  const product = (f: (x: number, y: number) => number) =>
    pairs.reduce((sum, [x, y]) => sum + f(x - mx, y - my), 0);
  return product((x, y) => x * y) / Math.sqrt(product((x) => x * x) * product((_, y) => y * y));
}

const worstLikeness = (flat: Raster, picture: Raster, { words }: ReceiptTruth): number =>
  Math.min(...words.filter((word) => word.text.length > 2).map((word) => likeness(flat, picture, word)));

describe('quadrilaterals follow the words', () => {
  test.each([
    ['nothing', {}],
    [
      'a photo with perspective, turn, shadow and noise',
      { perspective: 0.05, rotate: 4, shadow: 0.5, noise: 4 },
    ],
    ['a sideways scan', { rotate: 90 }],
    ['an upside-down scan that is skewed', { rotate: 183 }],
  ])('through %s', async (_, degrade) => {
    const flat = await drawReceipt({ seed: 13, layout: 'cafe-my' });
    const { raster, truth } = await drawReceipt({ seed: 13, layout: 'cafe-my', degrade });
    expect(truth.text).toBe(flat.truth.text);
    expect(truth.image).toEqual({ width: raster.width, height: raster.height });
    expect(worstLikeness(flat.raster, raster, truth)).toBeGreaterThan(0.8);
  });
});
