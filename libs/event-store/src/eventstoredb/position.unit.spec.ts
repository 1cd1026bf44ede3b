import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvalidPositionError } from '../errors.ts';
import { BEFORE_EVERYTHING, formatPosition, isLogPosition, parsePosition } from './position.ts';

const place = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const position = fc
  .tuple(place, place)
  .map(([a, b]) => (a > b ? { commit: a, prepare: b } : { commit: b, prepare: a }));
const NOWHERE = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };

it('keeps commit and prepare position', () => {
  fc.assert(
    fc.property(position, (one) => {
      expect(parsePosition(formatPosition(one))).toEqual(one);
    }),
  );
});

it('compares in the order of the log: by commit, then by prepare position', () => {
  fc.assert(
    fc.property(position, position, (a, b) => {
      const earlier = a.commit < b.commit || (a.commit === b.commit && a.prepare < b.prepare);
      expect(formatPosition(a) < formatPosition(b)).toBe(earlier);
    }),
  );
});

it('begins at 0/0 if nothing was seen yet, or if an earlier release stored -1 as a position', () => {
  const beginning = { commit: 0n, prepare: 0n };
  expect(formatPosition(beginning)).toBe(BEFORE_EVERYTHING);
  expect(parsePosition(BEFORE_EVERYTHING)).toEqual(beginning);
  expect(parsePosition(formatPosition(NOWHERE))).toEqual(beginning);
});

it('accepts no position before the beginning', () => {
  expect(isLogPosition(NOWHERE)).toBe(false);
  expect(isLogPosition({ commit: 53_073n, prepare: 0n })).toBe(true);
});

it('refuses the position of another store, and what no server accepts', () => {
  const impossible = [
    { commit: 5n, prepare: 6n },
    { commit: 2n ** 63n, prepare: 0n },
  ];
  for (const foreign of ['', '0000000000000030', `${BEFORE_EVERYTHING}0`, ...impossible.map(formatPosition)])
    expect(() => parsePosition(foreign)).toThrow(InvalidPositionError);
});
