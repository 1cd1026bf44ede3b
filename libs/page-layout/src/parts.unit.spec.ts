import type { OcrLine } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { partsOf } from './parts.ts';
import { after, drawnLines, type PointMap, tilt } from './spec-support/drawn-lines.ts';

const receipt = (name: string) => `${name} MARKET
12 Harbour Street
Portland OR 97201
2026-03-14         18:05
OATS               4.99
BUTTER             6.50
TOTAL             11.49`;
const at =
  (x: number, y: number): PointMap =>
  (u, v) => [u + x, v + y];
const texts = (lines: readonly OcrLine[]) =>
  partsOf(lines).map((column) => column.map((paper) => `${paper[0]?.text} ${paper.length}`));

test('receipts side by side are columns, whatever the tilt of each', () => {
  const draw = (left: number, right: number) => [
    ...drawnLines(receipt('GREEN'), tilt(left)),
    ...drawnLines(receipt('BLUE'), after(tilt(right), at(420, 30))),
  ];
  for (const [left, right] of [
    [0, 0],
    [10, -8],
    [-14, 3],
  ] as const)
    expect(texts(draw(left, right))).toEqual([['GREEN MARKET 11'], ['BLUE MARKET 11']]);
});

test('receipts one above the other are papers of one column', () => {
  const stacked = [...drawnLines(receipt('GREEN')), ...drawnLines(receipt('BLUE'), at(20, 400))];
  expect(texts(stacked)).toEqual([['GREEN MARKET 11', 'BLUE MARKET 11']]);
});

test('prices stay with their names, though nothing stands above both', () => {
  const wide = receipt('GREEN').replaceAll(/ {3,}/g, (gap) => gap.padEnd(gap.length + 25));
  expect(texts(drawnLines(wide))).toEqual([['GREEN MARKET 11']]);
});

test('a few words beside a receipt are part of it', () => {
  const note = drawnLines('keep\nthis', at(600, 60));
  expect(texts([...drawnLines(receipt('GREEN')), ...note])).toEqual([['GREEN MARKET 13']]);
});

test('time is in proportion to the lines, however they lie', () => {
  const layouts: ((at: number) => [number, number])[] = [
    () => [10, 10],
    (index) => [index * 300, 10],
    (index) => [(index % 100) * 500, Math.floor(index / 100) * 500],
  ];
  for (const place of layouts) {
    const lines = Array.from({ length: 10_000 }, (_, index): OcrLine => {
      const [x, y] = place(index);
      return { text: index % 2 ? 'word' : '1.00', box: [x, y, x + 80, y + 20] };
    });
    const before = process.cpuUsage();
    partsOf(lines);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2);
  }
});
