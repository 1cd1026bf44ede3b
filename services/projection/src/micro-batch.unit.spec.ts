import { describe, expect, it } from 'vitest';
import { microBatch } from './micro-batch.ts';

describe('micro-batching', () => {
  it('does at once what comes in one turn, and what comes meanwhile in the next batch', async () => {
    const batches: number[][] = [];
    let finish = () => {};
    const add = microBatch(async (items: readonly number[]) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return items.length;
    });
    const first = [add(1), add(2)];
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const second = [add(3), add(4), add(5)];
    await new Promise(setImmediate);
    expect(batches).toEqual([[1, 2]]);
    finish();
    expect(await Promise.all(first)).toEqual([2, 2]);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(batches).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
    finish();
    expect(await Promise.all(second)).toEqual([3, 3, 3]);
  });

  it('fails those of one batch only', async () => {
    const add = microBatch(async (items: readonly number[]) => {
      if (items.includes(1)) throw new Error('one');
      return items;
    });
    await expect(Promise.all([add(1), add(2)])).rejects.toThrow('one');
    expect(await add(3)).toEqual([3]);
  });
});
