import { beforeEach, describe, expect, it } from 'vitest';
import { Replicas } from './replicas.ts';

const LIFETIME = 30_000;
let now: number;
let replicas: Replicas;
beforeEach(() => {
  now = 0;
  replicas = new Replicas('b', () => now);
});
const after = (ms: number, ...heard: readonly [string, number][]) => {
  now += ms;
  for (const [instance, lifetimeMs] of heard) replicas.heard(instance, lifetimeMs);
  return replicas.share;
};

describe('the share of a replica', () => {
  it('is all while it is alone, and one of as many as announce themselves', () => {
    expect(replicas.share).toEqual({ rank: 0, of: 1 });
    expect(after(0, ['c', LIFETIME], ['a', LIFETIME])).toEqual({ rank: 1, of: 3 });
    expect(replicas.heard('a', LIFETIME)).toBe(false);
    expect(replicas.heard('d', LIFETIME)).toBe(true);
  });

  it('grows once one has gone, and its last calls have left the minute of the vendor', () => {
    after(0, ['c', LIFETIME]);
    after(10_000, ['c', 0], ['b', LIFETIME]);
    expect(after(59_999, ['b', LIFETIME]).of).toBe(2);
    expect(after(1, ['b', LIFETIME]).of).toBe(1);
  });

  it('does not grow because the bus is away, so that nobody is heard, this one neither', () => {
    after(0, ['c', LIFETIME]);
    expect(after(3_600_000).of).toBe(2);
    // The bus is back: the other one says so again soon.
    expect(after(0, ['c', LIFETIME], ['b', LIFETIME]).of).toBe(2);
  });
});
