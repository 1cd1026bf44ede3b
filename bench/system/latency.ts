import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../accuracy/statistics.ts';
import { startUsualStack } from './bare/usual-stack.ts';
import { finished, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/engines.ts';
import { startSubject } from './subject/subject.ts';

/** Jobs a second, and how many of them. */
type Load = readonly [jobsPerSecond: number, jobs: number];

const LOADS: readonly Load[] = [
  [5, 75],
  [50, 500],
];
const WARM_UP: Load = [50, 150];
/** What a median of ours may be of the usual stack's. */
const LIMITS: Readonly<Record<Mode, number>> = { embedded: 1, distributed: 2 };

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

/** The latencies at each load. */
async function measure(url: string): Promise<number[][]> {
  await latencies(url, ...WARM_UP);
  const results: number[][] = [];
  for (const load of LOADS) results.push(await latencies(url, ...load));
  return results;
}

async function measureUsual(): Promise<number[][]> {
  const stack = await startUsualStack();
  try {
    return await measure(stack.url);
  } finally {
    await stack.close();
  }
}

async function measureOurs(mode: Mode): Promise<number[][]> {
  const subject = await startSubject(mode, { provider: 'idle' });
  try {
    return await measure(subject.urls[0]);
  } finally {
    await subject.close();
  }
}

function figuresOf(mode: Mode, ours: readonly number[][], usual: readonly number[][]): Figure[] {
  return LOADS.flatMap(([rate], index) =>
    [0.5, 0.95].flatMap((share): Figure[] => {
      const name = `201 to completed at ${rate} jobs a second, p${share * 100}`;
      const [own, theirs] = [ours, usual].map((all) => percentile(all[index] ?? [], share));
      if (own === undefined || theirs === undefined) return [];
      return [
        { name: `${name}, BullMQ beside ${mode}`, value: theirs, unit: 'ms' },
        { mode, name, value: own, unit: 'ms' },
        {
          mode,
          name: `${name}, against BullMQ`,
          value: own / theirs,
          unit: 'ratio',
          ...(share === 0.5 ? { target: { is: '<=', limit: LIMITS[mode] } } : {}),
        },
      ];
    }),
  );
}

/** From 201 to `completed`, with a provider that does no work, against the usual stack just before and just after. */
export async function latency(): Promise<Figure[]> {
  const before = await measureUsual();
  const embedded = await measureOurs('embedded');
  const between = await measureUsual();
  const distributed = await measureOurs('distributed');
  const after = await measureUsual();
  const both = (a: readonly number[][], b: readonly number[][]) =>
    a.map((values, index) => [...values, ...(b[index] ?? [])]);
  return [
    ...figuresOf('embedded', embedded, both(before, between)),
    ...figuresOf('distributed', distributed, both(between, after)),
  ];
}
