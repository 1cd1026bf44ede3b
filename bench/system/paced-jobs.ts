import { setTimeout as sleep } from 'node:timers/promises';
import { finished, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import { type Options, scaled } from './options.ts';

/** Jobs a second, and how many of them. */
export type Load = readonly [jobsPerSecond: number, jobs: number];

export const LOADS: readonly Load[] = [
  [5, 75],
  [50, 500],
];
/** Services and backends compile as they run: a job costs twice as much in their first seconds. */
export const WARM_UP: Load = [25, 750];

/** Milliseconds from each 201 to when the job's event stream says that it is completed, with a provider without work. */
export async function latencies(
  url: string,
  [jobsPerSecond, jobs]: Load,
  options: Options,
): Promise<number[]> {
  const document = { name: 'one.png', bytes: paddedPng(10_000) };
  const results: number[] = [];
  const running: Promise<void>[] = [];
  const begun = performance.now();
  for (let job = 0; job < scaled(jobs, options); job++) {
    await sleep(Math.max(0, begun + (job * 1000) / jobsPerSecond - performance.now()));
    running.push(
      (async () => {
        const id = await upload(url, 'idle', document);
        const acknowledged = performance.now();
        await finished(url, id);
        results.push(performance.now() - acknowledged);
      })(),
    );
  }
  await Promise.all(running);
  return results;
}
