/** A source of randomness: numbers from 0 (included) to 1 (excluded). */
export type Random = () => number;

/**
 * A small seeded generator (mulberry32, Tommy Ettinger, public domain): the same seed gives the same sequence
 * on every machine.
 */
export function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `min` to `max`, both included. */
export function integer(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** `count` different values in random order (a partial Fisher–Yates shuffle). */
export function sample<T>(random: Random, values: readonly T[], count: number): T[] {
  const pool = [...values];
  for (let i = 0; i < count; i++) {
    const j = integer(random, i, pool.length - 1);
    [pool[i], pool[j]] = [pool[j] as T, pool[i] as T];
  }
  return pool.slice(0, count);
}

/** `count` random decimal digits. */
export function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => integer(random, 0, 9)).join('');
}

/** A normally distributed number, mean 0 and deviation 1 (Box–Muller). */
export function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
