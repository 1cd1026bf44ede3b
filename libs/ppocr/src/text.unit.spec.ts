import { expect, test } from 'vitest';
import { int8SupportOf } from './cpu.ts';
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

test('the flags of the processor tell whether int8 saturates', () => {
  expect(int8SupportOf('flags\t\t: fpu avx2 avx512_vnni\n')).toBe('exact');
  expect(int8SupportOf('flags\t\t: fpu avx2 avx_vnni\n')).toBe('exact');
  expect(int8SupportOf('flags\t\t: fpu avx2\n')).toBe('saturating');
});
