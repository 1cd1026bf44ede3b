import { expect, test } from 'vitest';
import { alongText, cropLine, lineWidth } from './crop.ts';
import { asIfTurned, isSideways, uprightTurn } from './orientation.ts';

const level = { centreX: 50, centreY: 20, width: 60, height: 10, angle: 0 };
const upright = { ...level, width: 10, height: 60 };

test('the width follows the height of 48, padded to a multiple of 8', () => {
  expect(lineWidth(level)).toEqual({ text: 288, padded: 288 });
  expect(lineWidth({ ...level, width: 61 })).toEqual({ text: 293, padded: 296 });
  expect(lineWidth({ ...level, width: 1 }).text).toBe(16);
});

test('a tall box is turned to run right', () => {
  expect(alongText(level)).toBe(level);
  expect(alongText(upright)).toMatchObject({ width: 60, height: 10, angle: -Math.PI / 2 });
});

test('a crop maps grey 0..255 to -1..1, pads with 0 and repeats the plane', () => {
  const [width, height] = [100, 40];
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) data.fill(255, y * width + 50, (y + 1) * width);
  const size = { text: 60, padded: 64 };
  const planes = new Float32Array(3 * 10 * 64);
  cropLine({ data, width, height }, level, size, 10, planes);
  const row = planes.subarray(5 * 64, 6 * 64);
  expect(row[10]).toBeCloseTo(-1);
  expect(row[50]).toBeCloseTo(1);
  expect(row.subarray(60)).toEqual(new Float32Array(4));
  expect(planes.subarray(640, 1280)).toEqual(planes.subarray(0, 640));
});

test('boxes tell sideways from level by their length', () => {
  expect(isSideways([level, level, upright])).toBe(false);
  expect(isSideways([level, upright, upright])).toBe(true);
});

test('a sure reading is not read the other way, an unsure one is', async () => {
  const reads: number[] = [];
  const reader = (confidenceAt: (angle: number) => number) => async (rect: typeof level) => {
    reads.push(rect.angle);
    return { text: 'x', confidence: confidenceAt(rect.angle) };
  };
  expect(
    await uprightTurn(
      [level],
      reader(() => 0.95),
    ),
  ).toBe(0);
  expect(reads).toEqual([0]);
  expect(
    await uprightTurn(
      [level],
      reader((angle) => (angle === 0 ? 0.4 : 0.9)),
    ),
  ).toBe(180);
  expect(
    await uprightTurn(
      [upright],
      reader((angle) => (angle < -4 ? 0.9 : 0.4)),
    ),
  ).toBe(270);
  expect(
    await uprightTurn(
      [],
      reader(() => 1),
    ),
  ).toBe(0);
});

test('turning a box by 90 degrees swaps its sides and turns its angle', () => {
  expect(asIfTurned(upright, 90)).toMatchObject({ width: 60, height: 10, angle: -Math.PI / 2 });
});
