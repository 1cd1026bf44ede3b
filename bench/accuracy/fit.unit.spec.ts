import { expect, test } from 'vitest';
import { fitCurve } from './fit.ts';
import { binsOf, calibrationError, isHeldOut } from './reliability.ts';

/** Of so many values with a confidence the first ones are right. */
const values = (confidence: number, right: number, of: number) =>
  Array.from({ length: of }, (_, at) => ({ confidence, right: at < right }));

test('bins are of equal count, from the least sure on', () => {
  const bins = binsOf([...values(0.9, 10, 10), ...values(0.5, 2, 10)], 2);
  expect(bins).toEqual([
    { count: 10, said: expect.closeTo(0.5), right: 0.2 },
    { count: 10, said: expect.closeTo(0.9), right: 1 },
  ]);
  expect(calibrationError(bins)).toBeCloseTo((0.3 + 0.1) / 2);
});

test('fewer values than bins make a bin each', () => {
  expect(binsOf(values(0.7, 1, 2))).toHaveLength(2);
  expect(binsOf([])).toEqual([]);
});

test('a curve says what was right, and never falls', () => {
  const curve = fitCurve([...values(0.4, 12, 120), ...values(0.6, 6, 120), ...values(0.95, 117, 120)]);
  for (const [at, [said, right]] of curve.entries()) {
    expect(said).toBeGreaterThan(curve[at - 1]?.[0] ?? 0);
    expect(right).toBeGreaterThanOrEqual(curve[at - 1]?.[1] ?? 0);
  }
  const near = (place: number) => curve.find(([said]) => said >= place)?.[1] ?? 0;
  expect(near(0.4)).toBeLessThan(0.25);
  expect(near(0.94)).toBeGreaterThan(0.9);
});

test('half of the receipts are held out, always the same ones', () => {
  const ids = Array.from({ length: 1000 }, (_, at) => `de-DE:${at}:flat`);
  expect(Math.abs(ids.filter(isHeldOut).length - 500)).toBeLessThan(60);
  expect(isHeldOut('de-DE:1:flat')).toBe(isHeldOut('de-DE:1:flat'));
});
