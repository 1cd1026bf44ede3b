import { expect, it } from 'vitest';
import { clockFinding } from './clock.ts';

const at = (seconds: number) => new Date(1_700_000_000_000 + 1_000 * seconds);
const asked = at(0).getTime();

it('a clock that told its time while we waited agrees, however long that took', () => {
  for (const seconds of [0, 5, 10])
    expect(clockFinding(at(seconds), asked, at(10).getTime()).level).toBe('ok');
});

it('a time that is told to the second may be that of any moment in it', () => {
  expect(clockFinding(at(-2), asked + 100, asked + 200, 999).level).toBe('ok');
  expect(clockFinding(at(-3), asked + 100, asked + 200, 999)).toMatchObject({
    level: 'warning',
    says: 'its clock is 2.1 s behind the one here',
  });
});

it('one that is off by seconds is a warning, and a fault once signatures would be refused', () => {
  expect(clockFinding(at(60), asked, at(1).getTime())).toMatchObject({
    level: 'warning',
    says: 'its clock is 59 s ahead of the one here',
  });
  expect(clockFinding(at(-400), asked, at(1).getTime())).toMatchObject({
    level: 'fault',
    says: 'its clock is 400 s behind the one here',
    todo: expect.stringContaining('time server'),
  });
});
