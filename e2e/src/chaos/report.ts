import { overlapping, type PlayedFault } from './schedule.ts';

/** What a run of chaos did, and what came of it. Times in ms. */
export interface ChaosReport {
  readonly seed: number;
  readonly faults: readonly PlayedFault[];
  /** From the last fault until nothing was left to do. */
  readonly settledMs: number;
  /** What clients did, in words: `200 jobs`, `12 deletions`. */
  readonly load: readonly string[];
  readonly published: { readonly messages: number; readonly repeated: number };
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** Prints it: each fault with how often and how long it lasted, and what there was beside. */
export function report({ seed, faults, settledMs, load, published }: ChaosReport): void {
  const byName = Map.groupBy(faults, ({ name }) => name);
  const rows = [...byName]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, played]) => {
      const lasted = played.reduce((sum, { beganAt, endedAt }) => sum + endedAt - beganAt, 0);
      return `  ${name.padEnd(48)} ${String(played.length).padStart(3)} times, ${seconds(lasted)}`;
    });
  console.log(
    [
      `chaos with seed ${seed}`,
      ...rows,
      `  ${faults.length} faults, ${overlapping(faults)} of them beside another one`,
      `  ${load.join(', ')}`,
      `  ${published.repeated} of ${published.messages} messages published twice`,
      `  all done ${seconds(settledMs)} after the last fault`,
    ].join('\n'),
  );
}
