import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Wakeup } from './wakeup.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = new AbortController().signal;

it('wakes all who wait at once, and leaves no timer behind', async () => {
  const wakeup = new Wakeup();
  const waits = [wakeup.wait(250, never), wakeup.wait(250, never)];
  expect(wakeup.size).toBe(2);
  wakeup.notify();
  await Promise.all(waits);
  expect([wakeup.size, vi.getTimerCount()]).toEqual([0, 0]);
});

it('does not wake those who come to wait while it wakes the others', async () => {
  const wakeup = new Wakeup();
  const again = wakeup.wait(250, never).then(() => wakeup.wait(250, never));
  wakeup.notify();
  await vi.advanceTimersByTimeAsync(0);
  expect(wakeup.size).toBe(1);
  wakeup.notify();
  await again;
});

it('wakes after the poll interval if nobody notifies', async () => {
  const wakeup = new Wakeup();
  const woken = vi.fn();
  const wait = wakeup.wait(250, never).then(woken);
  await vi.advanceTimersByTimeAsync(249);
  expect(woken).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await wait;
  expect(wakeup.size).toBe(0);
});

it('ends the wait when the signal aborts, or has done so before', async () => {
  const wakeup = new Wakeup();
  const controller = new AbortController();
  const wait = wakeup.wait(250, controller.signal);
  controller.abort();
  await wait;
  await wakeup.wait(250, controller.signal);
  expect([wakeup.size, vi.getTimerCount()]).toEqual([0, 0]);
});
