import { expect, test } from 'vitest';
import {
  add,
  compare,
  type Decimal,
  equals,
  format,
  multiply,
  near,
  subtract,
  sum,
  trimmed,
} from './decimal.ts';

const decimal = (units: number, scale: number): Decimal => ({ units: BigInt(units), scale });

test('sums are exact whatever the scales', () => {
  expect(format(sum([decimal(1, 1), decimal(20, 2), decimal(3000, 4)]))).toBe('0.6000');
  expect(format(subtract(decimal(5535, 2), decimal(5534, 2)))).toBe('0.01');
  expect(format(multiply(decimal(350, 3), decimal(890, 2)))).toBe('3.11500');
});

test('numbers are compared by value', () => {
  expect(equals(decimal(15, 1), decimal(150, 2))).toBe(true);
  expect(compare(add(decimal(1, 0), decimal(1, 2)), decimal(1, 0))).toBeGreaterThan(0);
  expect(near(decimal(100, 2), decimal(105, 2), decimal(5, 2))).toBe(true);
  expect(near(decimal(100, 2), decimal(106, 2), decimal(5, 2))).toBe(false);
});

test('numbers are written with a point, and padded', () => {
  expect(format(decimal(-5, 2))).toBe('-0.05');
  expect(format(decimal(12, 0), 2)).toBe('12.00');
  expect(format(trimmed(decimal(2000, 3)))).toBe('2');
  expect(format(trimmed(decimal(350, 3)))).toBe('0.35');
});
