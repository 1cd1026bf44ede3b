import { describe, expect, it } from 'vitest';
import { closeInOrder } from './run-service.ts';

describe('closing in order', () => {
  it('closes one after another, all of them, and rejects with the first error', async () => {
    const closed: string[] = [];
    const part = (name: string, error?: Error) => ({
      async close() {
        await new Promise(setImmediate);
        closed.push(name);
        if (error) throw error;
      },
    });
    const parts = [part('a'), part('b', new Error('first')), part('c', new Error('second')), part('d')];
    await expect(closeInOrder(parts)).rejects.toThrow('first');
    expect(closed).toEqual(['a', 'b', 'c', 'd']);
  });
});
