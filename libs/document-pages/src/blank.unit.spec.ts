import { expect, test } from 'vitest';
import { isBlank } from './blank.ts';

const [width, height] = [300, 200];
const page = (level: (x: number, y: number) => number, channels: 1 | 3 = 1) => ({
  data: Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const pixel = Math.floor(at / channels);
    return level(pixel % width, Math.floor(pixel / width));
  }),
  width,
  height,
  channels,
});

test.each<[string, (x: number, y: number) => number]>([
  ['white', () => 255],
  ['black', () => 0],
  ['a shadow from one side to the other', (x) => 255 - x / 2],
  ['a shadow at one edge', (x) => 255 - Math.max(0, x - 250) / 2],
  ['the noise of a scan', (x, y) => 240 + ((7 * x + 13 * y) % 11)],
])('%s is blank, in grey and in colour', (_, level) => {
  expect([isBlank(page(level)), isBlank(page(level, 3))]).toEqual([true, true]);
});

test('a faint stroke is not, wherever it is', () => {
  for (const [x, y] of [
    [0, 0],
    [150, 100],
    [299, 199],
  ] as const)
    expect(isBlank(page((atX, atY) => (atX === x && atY === y ? 215 : 240)))).toBe(false);
});

test.each([
  ['light grey on white', 255, 240],
  ['grey on faded paper', 238, 216],
  ['yellow on white, in grey', 255, 247],
  ['dark grey on black', 16, 32],
])('nor are faint letters on even ground: %s', (_, ground, ink) => {
  const level = (x: number, y: number) => (x % 40 < 4 && y > 50 && y < 80 ? ink : ground);
  expect([isBlank(page(level)), isBlank(page(level, 3))]).toEqual([false, false]);
});
