import { expect, test } from 'vitest';
import { homography, type Point, project, type Quad, warp } from './warp.ts';

const square: Quad = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];
const leaning: Quad = [
  [3, 1],
  [18, 4],
  [16, 22],
  [1, 15],
];

test('a homography takes the four corners to the four corners, and its reverse takes them back', () => {
  const map = homography(square, leaning);
  const back = homography(leaning, square);
  square.forEach((corner, i) => {
    const [x, y] = project(map, corner);
    const [wantedX, wantedY] = leaning[i] as Point;
    expect(x).toBeCloseTo(wantedX, 8);
    expect(y).toBeCloseTo(wantedY, 8);
  });
  const [x, y] = project(back, project(map, [3.5, 7.25]));
  expect([x, y]).toEqual([expect.closeTo(3.5, 8), expect.closeTo(7.25, 8)]);
});

test('straight lines stay straight', () => {
  const map = homography(square, leaning);
  const [a, b, c] = [1, 4, 9].map((x) => project(map, [x, 2 * x - 1])) as [Point, Point, Point];
  const cross = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  expect(cross).toBeCloseTo(0, 8);
});

test('warping by a whole pixel moves each pixel and fills the rest with the background', () => {
  const source = { data: Uint8Array.of(10, 20, 30, 40), width: 2, height: 2, channels: 1 as const };
  const shift = ([x, y]: Point): Point => [x - 1, y - 1];
  expect([...warp(source, shift, 3, 3, [7]).data]).toEqual([7, 7, 7, 7, 10, 20, 7, 30, 40]);
});

test('warping by half a pixel mixes neighbours', () => {
  const source = { data: Uint8Array.of(10, 20), width: 2, height: 1, channels: 1 as const };
  expect([...warp(source, ([x, y]) => [x + 0.5, y], 1, 1, [0]).data]).toEqual([15]);
});
