import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';

/** How much of a benchmark is run. */
export interface Options {
  readonly modes: readonly Mode[];
  /** What its counts and times are multiplied by: 1 measures; less only shows that it runs. */
  readonly scale: number;
}

export type Benchmark = (options: Options) => Promise<Figure[]>;

/** So many, at that scale. */
export const scaled = (count: number, { scale }: Options): number => Math.max(1, Math.round(count * scale));

/** The figures of each mode that is measured, one mode after another. */
export async function inEachMode(
  options: Options,
  measure: (mode: Mode, options: Options) => Promise<Figure[]>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const mode of options.modes) figures.push(...(await measure(mode, options)));
  return figures;
}
