import { receiptOf } from '@inkstream/contracts';
import { expect, test } from 'vitest';
import { calibrated, follow } from './calibrated.ts';
import { measured } from './measured.ts';

const curve = [
  [0.5, 0.2],
  [0.9, 0.8],
  [1, 0.98],
] as const;

test.each([
  [0, 0],
  [0.25, 0.1],
  [0.5, 0.2],
  [0.7, 0.5],
  [1, 0.98],
])('what the rules are %d sure of is right with %d', (said, right) => {
  expect(follow(curve, said)).toBeCloseTo(right, 9);
});

test('only confidences that there are change, those of fields with a curve', () => {
  const receipt = receiptOf({
    pages: [1],
    total: { value: '4.50', confidence: 0.9, lines: [3] },
    date: { value: '2026-11-24', confidence: 0.9, lines: [1] },
    merchant: { value: 'ACME', lines: [0] },
    items: [],
  });
  const { total, date, merchant } = calibrated(receipt, { total: curve, merchant: curve });
  expect(total).toEqual({ value: '4.50', confidence: 0.8, lines: [3] });
  expect(date).toEqual(receipt.date);
  expect(merchant).toEqual(receipt.merchant);
});

test.each(Object.entries(measured))('the curve of %s rises, and is one of probabilities', (_, points) => {
  const all = [[0, 0] as const, ...points];
  for (const [at, [said, right]] of all.slice(1).entries()) {
    const [saidBefore, rightBefore] = all[at] ?? [0, 0];
    expect(said).toBeGreaterThan(saidBefore);
    expect(right).toBeGreaterThanOrEqual(rightBefore);
    expect(Math.max(said, right)).toBeLessThanOrEqual(1);
  }
});
