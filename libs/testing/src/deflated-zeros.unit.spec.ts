import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { deflatedZeros } from './deflated-zeros.ts';

test.each([0, 1, 2 ** 20, 3_000_001])('%i zeros come out again', (length) => {
  const packed = deflatedZeros(length);
  expect(inflateSync(packed).equals(Buffer.alloc(length))).toBe(true);
  expect(packed.length).toBeLessThan(64 + length / 500);
});
