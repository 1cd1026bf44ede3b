import { expect, it } from 'vitest';
import { SlidingWindow } from './rate-limit.ts';

it('allows so many calls in any window, and says when the next one is allowed', () => {
  let now = 0;
  const window = new SlidingWindow(() => now);
  const take = (at: number) => {
    now = at;
    const { allowed, state } = window.take({ calls: 2, windowMs: 1_000 });
    return [allowed, state.remaining, state.resetMs];
  };
  expect(take(0)).toEqual([true, 1, 0]);
  expect(take(600)).toEqual([true, 0, 400]);
  // A fixed window would have begun anew at 1,000.
  expect(take(999)).toEqual([false, 0, 1]);
  expect(take(1_000)).toEqual([true, 0, 600]);
  expect(take(1_599)).toEqual([false, 0, 1]);
});

it('allows nothing without an allowance', () => {
  const window = new SlidingWindow(() => 0);
  expect(window.take({ calls: 0, windowMs: 60_000 })).toMatchObject({ allowed: false });
});
