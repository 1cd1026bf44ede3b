import { describe, expect, it, test } from 'vitest';
import type { RotatedRect } from './min-area-rect.ts';
import { alongText, axisOf, directionOf, turnFor } from './orientation.ts';

const radians = (degrees: number) => (degrees * Math.PI) / 180;
const degrees = (angle: number) => Math.round((angle * 180) / Math.PI);
/** A box as the detector has it: its angle is in (-45°, 45°], whichever of its sides is longer. */
const found = (length: number, height: number, direction: number): RotatedRect => {
  const angle = radians(direction - 90 * Math.round(direction / 90));
  const upright = Math.round(direction / 90) % 2 !== 0;
  const [width, tall] = upright ? [height, length] : [length, height];
  return { centreX: 50, centreY: 20, width, height: tall, angle };
};

test.each([0, -12, 30, -44, 46, 80, -80, 90])(
  'text that runs at %i° has that axis, whatever a few boxes say',
  (at) => {
    const rects = [found(200, 20, at), found(150, 20, at + 1), found(300, 22, at - 1), found(20, 20, 7)];
    expect(Math.abs(degrees(axisOf(rects)) - at) % 180).toBeLessThanOrEqual(1);
  },
);

test.each([
  [0, 0],
  [12, 0],
  [-40, 0],
  [90, 270],
  [-80, 90],
  [100, 270],
  [170, 180],
  [-135.1, 180],
])('a page whose text runs at %i° is turned by %i°', (direction, turn) => {
  expect(turnFor(radians(direction))).toBe(turn);
});

describe('a box is taken along its text', () => {
  it.each([-40, 0, 25, 60, 90, 125, 170, 200, 265])('at %i°', (at) => {
    for (const off of [-8, 0, 8]) {
      const rect = alongText(found(200, 20, at), radians(at + off));
      expect([rect.width, rect.height]).toEqual([200, 20]);
      expect(Math.cos(rect.angle - radians(at))).toBeCloseTo(1);
      const single = alongText(found(22, 20, at), radians(at + off));
      expect(Math.cos(single.angle - radians(at))).toBeCloseTo(1);
    }
  });

  it('though it runs downwards on an upright page', () => {
    expect(alongText(found(200, 20, -90), 0)).toMatchObject({ width: 200, height: 20 });
  });

  it('with its sides as they are if it is nearly square, on a tilted page too', () => {
    expect(alongText(found(20, 22, 44), radians(46))).toMatchObject({ width: 20, height: 22 });
  });
});

describe('which way text runs', () => {
  const reader = (confidenceAt: (degrees: number) => number) => {
    const read: number[] = [];
    const reading = async (_: RotatedRect, direction: number) => {
      read.push(degrees(direction));
      return { text: 'x', confidence: confidenceAt(degrees(direction)) };
    };
    return { read, reading };
  };
  const of = async (at: number, confidenceAt: (degrees: number) => number) => {
    const { read, reading } = reader(confidenceAt);
    return { direction: degrees(await directionOf([found(200, 20, at)], reading)), read };
  };

  it('is not asked backwards if it is sure forwards', async () =>
    expect(await of(12, () => 0.95)).toEqual({ direction: 12, read: [12] }));

  it('is backwards if that is read better', async () => {
    expect((await of(12, (at) => (at === 12 ? 0.4 : 0.9))).direction).toBe(-168);
    expect((await of(-80, (at) => (at === -80 ? 0.6 : 0.7))).direction).toBe(100);
  });

  it('is upright if neither is read, as in a script that is not known', async () =>
    expect((await of(0, (at) => (at === 0 ? 0.47 : 0.58))).direction).toBe(0));

  it('is to the right where there is no text', async () =>
    expect(await directionOf([], reader(() => 1).reading)).toBe(0));
});
