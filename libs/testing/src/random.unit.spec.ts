import { expect, test } from 'vitest';
import { digits, gaussian, integer, mulberry32, pick, sample } from './random.ts';

test('the sequence of a seed is fixed for ever', () => {
  const random = mulberry32(1);
  expect([random(), random()].map((value) => Math.round(value * 2 ** 32))).toEqual([2693262067, 11749833]);
});

test('whole numbers reach both ends and nothing beyond', () => {
  const random = mulberry32(2);
  const seen = new Set(Array.from({ length: 200 }, () => integer(random, -1, 2)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
});

test('a sample has no value twice', () => {
  const values = [1, 2, 3, 4, 5, 6];
  const chosen = sample(mulberry32(3), values, 5);
  expect(new Set(chosen).size).toBe(5);
  expect(chosen.every((value) => values.includes(value))).toBe(true);
});

test('pick and digits draw from what they are given', () => {
  const random = mulberry32(4);
  expect(['a', 'b']).toContain(pick(random, ['a', 'b']));
  expect(digits(random, 12)).toMatch(/^\d{12}$/);
});

test('gaussian numbers have mean 0 and deviation 1', () => {
  const random = mulberry32(5);
  const values = Array.from({ length: 20_000 }, () => gaussian(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeCloseTo(1, 1);
});
