import { expect, test } from 'vitest';
import { cornersOf, minAreaRect } from './min-area-rect.ts';
import { TextBoxFinder, unclip } from './text-boxes.ts';

test('the rectangle of least area follows a tilted line', () => {
  const angle = Math.PI / 12;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const corners = [
    [-50, -10],
    [50, -10],
    [50, 10],
    [-50, 10],
  ].map(([u, v]) => [200 + u! * cos - v! * sin, 100 + u! * sin + v! * cos] as const);
  const rect = minAreaRect(corners);
  expect(rect.angle).toBeCloseTo(angle);
  expect([rect.centreX, rect.centreY, rect.width, rect.height].map(Math.round)).toEqual([200, 100, 100, 20]);
});

test('unclip grows every side by area * ratio / perimeter', () => {
  const grown = unclip({ centreX: 0, centreY: 0, width: 90, height: 10, angle: 0 });
  expect(grown.width - 90).toBeCloseTo(2 * 7.2);
  expect(grown.height - 10).toBeCloseTo(2 * 7.2);
});

test('patches become boxes in page pixels; faint and tiny ones are dropped', () => {
  const [width, height] = [64, 32];
  const probabilities = new Float32Array(width * height);
  const paint = (x0: number, x1: number, y0: number, y1: number, value: number) => {
    for (let y = y0; y < y1; y++) probabilities.fill(value, y * width + x0, y * width + x1);
  };
  paint(10, 50, 4, 8, 0.9);
  paint(10, 50, 14, 18, 0.4);
  paint(10, 12, 24, 26, 0.9);
  const rects = new TextBoxFinder().find({ probabilities, width, height }, { width: 128, height: 64 });
  expect(rects).toHaveLength(1);
  const [[left, top], [right], [, bottom]] = cornersOf(rects[0]!);
  expect((left + right) / 2).toBeCloseTo(60);
  expect((top + bottom) / 2).toBeCloseTo(12);
  expect(right - left).toBeGreaterThan(80);
});
