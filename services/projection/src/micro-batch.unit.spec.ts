import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { microBatch } from './micro-batch.ts';

describe('micro-batching', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const options = { lingerMs: 100, enough: 4 };

  it('does together what comes within the linger, and what comes while that is under way', async () => {
    const batches: number[][] = [];
    let finish = () => {};
    const add = microBatch(async (items: readonly number[]) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return items.length;
    }, options);
    const first = [add(1)];
    await vi.advanceTimersByTimeAsync(99);
    first.push(add(2));
    expect(batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(batches).toEqual([[1, 2]]);
    const second = [add(3)];
    await vi.advanceTimersByTimeAsync(1_000);
    second.push(add(4), add(5));
    expect(batches).toEqual([[1, 2]]);
    finish();
    expect(await Promise.all(first)).toEqual([2, 2]);
    await vi.advanceTimersByTimeAsync(0);
    expect(batches[1]).toEqual([3, 4, 5]);
    finish();
    expect(await Promise.all(second)).toEqual([3, 3, 3]);
  });

  it('waits for no more than enough', async () => {
    const add = microBatch(async (items: readonly number[]) => items.length, options);
    expect(await Promise.all([add(1), add(2), add(3), add(4)])).toEqual([4, 4, 4, 4]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails those of one batch only', async () => {
    const add = microBatch(
      async (items: readonly number[]) => {
        if (items.includes(1)) throw new Error('one');
        return items;
      },
      { lingerMs: 0, enough: 4 },
    );
    const failing = Promise.all([add(1), add(2)]);
    failing.catch(() => {});
    await vi.advanceTimersByTimeAsync(0);
    await expect(failing).rejects.toThrow('one');
    const next = add(3);
    await vi.advanceTimersByTimeAsync(0);
    expect(await next).toEqual([3]);
  });
});
