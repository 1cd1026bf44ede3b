import { mean } from './statistics.ts';

/** A value that was given: how sure it was said to be, and whether it was right. */
export interface Given {
  readonly confidence: number;
  readonly right: boolean;
}

export interface Bin {
  readonly count: number;
  /** Mean confidence, and share that is right. */
  readonly said: number;
  readonly right: number;
}

/** Bins of equal count, give or take one, from the least sure to the most; fewer if there are fewer values. */
export function binsOf(values: readonly Given[], bins = 10): Bin[] {
  const sorted = values.toSorted((a, b) => a.confidence - b.confidence);
  const count = Math.min(bins, sorted.length);
  return Array.from({ length: count }, (_, at) => {
    const start = Math.floor((at * sorted.length) / count);
    const those = sorted.slice(start, Math.floor(((at + 1) * sorted.length) / count));
    return {
      count: those.length,
      said: mean(those.map(({ confidence }) => confidence)),
      right: mean(those.map(({ right }) => Number(right))),
    };
  });
}

/**
 * Expected calibration error: how far what is said is from what is right, mean over the values (Naeini et al., 2015, with
 * bins of equal count).
 */
export function calibrationError(bins: readonly Bin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.reduce((sum, { count, said, right }) => sum + (count * Math.abs(said - right)) / all, 0);
}

/** Which half a receipt is in: confidence is fitted on one half and measured on the other (FNV-1a of its name). */
export function isHeldOut(id: string): boolean {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return (hash >>> 16) % 2 === 1;
}
