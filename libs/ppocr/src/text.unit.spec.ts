import { expect, test } from 'vitest';
import { int8SupportOf } from './cpu.ts';
import { inReadingOrder, linesToText } from './reading-order.ts';
import { restoreSpaces } from './spacing.ts';

test.each([
  ['Date:12/03/2018', 'Date: 12/03/2018'],
  ['at 18:05', 'at 18:05'],
  ['http://a.b', 'http://a.b'],
  [':42', ': 42'],
  ['24/11/202618:05', '24/11/2026 18:05'],
])('%s becomes %s', (read, restored) => {
  expect(restoreSpaces(read)).toBe(restored);
});

test('a skewed page is read row by row', () => {
  const skew = 0.1;
  const place = (name: string, u: number, v: number) => ({
    name,
    rect: {
      centreX: u * Math.cos(skew) - v * Math.sin(skew),
      centreY: u * Math.sin(skew) + v * Math.cos(skew),
      width: 100,
      height: 20,
      angle: skew,
    },
  });
  const items = [place('d', 500, 30), place('b', 500, 0), place('c', 0, 30), place('a', 0, 0)];
  expect(inReadingOrder(items).map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd']);
});

test('lines of a row are joined by a space, rows by a line feed', () => {
  const line = (text: string, left: number, top: number) => ({
    text,
    confidence: 1,
    box: [left, top, left + 50, top + 20] as [number, number, number, number],
  });
  expect(linesToText([line('TOTAL', 0, 0), line('9.00', 200, 2), line('CASH', 0, 30)])).toBe(
    'TOTAL 9.00\nCASH',
  );
});

test('the flags of the processor tell whether int8 saturates', () => {
  expect(int8SupportOf('flags\t\t: fpu avx2 avx512_vnni\n')).toBe('exact');
  expect(int8SupportOf('flags\t\t: fpu avx2 avx_vnni\n')).toBe('exact');
  expect(int8SupportOf('flags\t\t: fpu avx2\n')).toBe('saturating');
});
