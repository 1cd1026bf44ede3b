import type { Fault } from './schedule.ts';

/** What a run of chaos did, and what came of it. Times in ms. */
export interface ChaosReport {
  readonly backends: string;
  readonly faults: readonly Fault[];
  /** From the last fault until nothing was left to do. */
  readonly settledMs: number;
  readonly jobs: number;
  readonly executions: number;
  /** Attempts at those, repeated ones included. */
  readonly attempts: number;
  /** Uploads that a client had to repeat. */
  readonly repeatedUploads: number;
  readonly published: { readonly messages: number; readonly repeated: number };
  /** Objects that uploads and workers left when they were killed, which the sweep took. */
  readonly swept: number;
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** Prints it: faults by kind with the time to recover, and what was absorbed. */
export function report(run: ChaosReport): void {
  const byVictim = Map.groupBy(run.faults, ({ victim }) => victim);
  const rows = [...byVictim].map(([victim, faults]) => {
    const times = faults.map(({ recoveredMs }) => recoveredMs).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    return `  ${victim.padEnd(18)} killed ${faults.length} times, recovered in ${seconds(median)} (median), ${seconds(times.at(-1) ?? 0)} (most)`;
  });
  console.log(
    [
      `chaos on ${run.backends}`,
      ...rows,
      `  ${run.faults.length} faults, ${run.jobs} jobs acknowledged, ${run.executions} executions, all final and right`,
      `  absorbed: ${run.attempts - run.executions} repeated attempts, ${run.published.repeated} of ${run.published.messages} messages published twice, ${run.repeatedUploads} uploads repeated by clients, ${run.swept} objects swept`,
      `  all done ${seconds(run.settledMs)} after the last fault`,
    ].join('\n'),
  );
}
