import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BEFORE_EVERYTHING, formatPosition, parsePosition } from './position.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const position = fc.record({ commit: uint64, prepare: uint64 });

it('keeps commit and prepare position', () => {
  fc.assert(
    fc.property(position, (one) => {
      fc.pre(one.commit > 0n || one.prepare > 0n);
      expect(parsePosition(formatPosition(one))).toEqual(one);
    }),
  );
});

it('compares as the log goes: by commit, then by prepare position', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      const earlier = a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);
      expect(formatPosition(a) < formatPosition(b)).toBe(earlier);
    }),
  );
});

it('begins at the start where nothing was seen yet', () => {
  expect(formatPosition({ commit: 0n, prepare: 0n })).toBe(BEFORE_EVERYTHING);
  expect(parsePosition(BEFORE_EVERYTHING)).toBe('start');
});

it('refuses the position of another engine', () => {
  for (const foreign of ['', '0000000000000030', `${BEFORE_EVERYTHING}0`])
    expect(() => parsePosition(foreign)).toThrow(TypeError);
});
