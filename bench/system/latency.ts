import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../accuracy/statistics.ts';
import { finished, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import type { Figure } from './report.ts';
import { startSubject } from './subject.ts';

/** Milliseconds from each 201 to the end of the job's event stream, with so many jobs a second. */
async function latencies(url: string, jobsPerSecond: number, jobs: number): Promise<number[]> {
  const document = { name: 'one.png', bytes: paddedPng(10_000) };
  const results: number[] = [];
  const running: Promise<void>[] = [];
  const begun = performance.now();
  for (let job = 0; job < jobs; job++) {
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

/** From 201 to `completed`, with a provider that does no work. */
export async function latency(): Promise<Figure[]> {
  const subject = await startSubject('idle');
  try {
    await latencies(subject.url, 50, 100);
    const figures: Figure[] = [];
    for (const [rate, jobs] of [
      [1, 20],
      [50, 500],
    ] as const) {
      const values = await latencies(subject.url, rate, jobs);
      for (const share of [0.5, 0.95])
        figures.push({
          name: `201 to completed at ${rate} jobs a second, p${share * 100}`,
          value: percentile(values, share),
          unit: 'ms',
        });
    }
    return figures;
  } finally {
    await subject.close();
  }
}
