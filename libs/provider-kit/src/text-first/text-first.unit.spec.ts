import type { RecognisedPage } from '@inkstream/contracts';
import type { PageImage } from '@inkstream/document-pages';
import { describe, expect, test } from 'vitest';
import { besides, hasInkLeft } from './besides.ts';
import { inReadingOrder, turnedBack } from './order.ts';
import { textFirst } from './text-first.ts';

const [width, height] = [400, 300];
/** A white page with dark rectangles. */
function drawn(...areas: readonly (readonly [number, number, number, number])[]): PageImage {
  const data = new Uint8Array(width * height).fill(255);
  for (const [left, top, right, bottom] of areas)
    for (let y = top; y < bottom; y++) data.fill(0, y * width + left, y * width + right);
  return { data, width, height, channels: 1 };
}
/** Strokes as of letters. */
const letters = (left: number, top: number) =>
  Array.from({ length: 8 }, (_, at) => [left + 12 * at, top, left + 12 * at + 4, top + 24] as const);
const line = { text: 'TOTAL', box: [20, 20, 140, 60], font: 'A' } as const;

describe('what is left of a page besides its text', () => {
  test.each([
    ['nothing', [], false],
    ['other letters', letters(20, 200), true],
    ['a rule', [[10, 100, 390, 103]], false],
    [
      'a frame',
      [
        [10, 80, 390, 82],
        [10, 280, 390, 282],
        [10, 80, 12, 282],
        [388, 80, 390, 282],
      ],
      false,
    ],
    ['an area', [[10, 80, 390, 280]], false],
    ['dashes', Array.from({ length: 20 }, (_, at) => [10 + 18 * at, 100, 20 + 18 * at, 103] as const), false],
    ['dirt', [[200, 200, 203, 203]], false],
  ] as const)('%s', (_, areas, expected) => {
    const page = drawn(...letters(30, 28), ...areas);
    expect(hasInkLeft(besides(page, [line]), [line])).toBe(expected);
  });
});

test('lines are in the order of rows, whatever order the file has them in', () => {
  const at = (text: string, left: number, top: number) => ({
    text,
    box: [left, top, left + 50, top + 20] as const,
  });
  const lines = [at('d', 200, 102), at('c', 0, 100), at('b', 200, 0), at('a', 0, 3)].map(({ text, box }) => ({
    text,
    box: [...box] as [number, number, number, number],
  }));
  expect(
    inReadingOrder(lines)
      .map(({ text }) => text)
      .join(''),
  ).toBe('abcd');
});

test.each([
  [
    90,
    [
      [10, 20, 60, 40],
      [20, 240, 40, 290],
    ],
  ],
  [
    180,
    [
      [10, 20, 60, 40],
      [340, 260, 390, 280],
    ],
  ],
  [
    270,
    [
      [10, 20, 60, 40],
      [360, 10, 380, 60],
    ],
  ],
] as const)('a line on a page that was turned by %i is where it was before', (rotation, [box, expected]) => {
  const [w, h] = rotation === 180 ? [width, height] : [height, width];
  const page: RecognisedPage = { width: w, height: h, rotation, lines: [{ text: 'x', box: [...box] }] };
  expect(turnedBack(page)).toEqual([{ text: 'x', box: [...expected] }]);
});

test('fonts are compared with what is shown once for each document', async () => {
  const page = { ...drawn(...letters(30, 28)), text: [line] };
  const seen: number[] = [];
  const read = textFirst(async ({ width, height }) => {
    seen.push(width * height);
    return {
      width,
      height,
      rotation: 0,
      lines: [{ text: 'TOTAL', confidence: 0.9, box: [28, 28, 136, 64] }],
    };
  });
  for (let number = 0; number < 3; number++) expect((await read(page)).lines).toHaveLength(1);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toBeLessThan(width * height);
});
