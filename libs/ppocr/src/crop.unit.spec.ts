import { expect, test } from 'vitest';
import { cropLine, lineWidth } from './crop.ts';

const level = { centreX: 50, centreY: 20, width: 60, height: 10, angle: 0 };

test('the width follows the height of 48, padded to a multiple of 8', () => {
  expect(lineWidth(level)).toEqual({ text: 288, padded: 288 });
  expect(lineWidth({ ...level, width: 61 })).toEqual({ text: 293, padded: 296 });
  expect(lineWidth({ ...level, width: 1 }).text).toBe(16);
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
