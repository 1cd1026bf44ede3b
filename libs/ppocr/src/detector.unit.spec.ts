import { describe, expect, test } from 'vitest';
import { bandsOf, detectorSize } from './detector.ts';

describe('the size that a page is shrunk to', () => {
  test.each([
    [400, 300, 416, 288],
    [3000, 4000, 736, 960],
    [1000, 3000, 320, 960],
    [460, 5337, 448, 5344],
    [5337, 460, 5344, 448],
    [1000, 40_000, 448, 17_888],
    [9, 60_000, 32, 60_000],
  ])('of %i x %i pixels is %i x %i', (width, height, shrunkWidth, shrunkHeight) => {
    expect(detectorSize(width, height)).toEqual({ width: shrunkWidth, height: shrunkHeight });
  });
});

test('a larger map has as many pixels of the page as there are, and no more than it may have', () => {
  expect(detectorSize(3000, 4000, 2)).toEqual({ width: 1440, height: 1920 });
  expect(detectorSize(1000, 1200, 4)).toEqual({ width: 992, height: 1216 });
  const { width, height } = detectorSize(6000, 6000, 4);
  expect(width * height).toBeLessThan(8_200_000);
});

describe('the bands of a side', () => {
  test('are one if the network sees it whole', () => {
    expect(bandsOf(960)).toEqual([{ from: 0, to: 960, keepFrom: 0, keepTo: 960 }]);
    expect(bandsOf(32)).toEqual([{ from: 0, to: 32, keepFrom: 0, keepTo: 32 }]);
  });

  test.each([992, 1728, 1760, 5344, 17_888])('cover %i pixels, each once, away from their edges', (side) => {
    const bands = bandsOf(side);
    expect(bands[0]).toMatchObject({ from: 0, keepFrom: 0 });
    expect(bands.at(-1)).toMatchObject({ to: side, keepTo: side });
    for (const [index, { from, to, keepFrom, keepTo }] of bands.entries()) {
      expect(to - from).toBe(960);
      if (index === 0) continue;
      expect(keepFrom).toBe(bands[index - 1]?.keepTo);
      expect(keepFrom - from).toBeGreaterThanOrEqual(96);
      expect((bands[index - 1]?.to ?? 0) - keepFrom).toBeGreaterThanOrEqual(96);
      expect(keepTo).toBeGreaterThan(keepFrom);
    }
  });
});
