import { setTimeout as sleep } from 'node:timers/promises';
import { mean, percentile } from '../accuracy/statistics.ts';
import { backendCalls } from './bare/backend-calls.ts';
import { startUsualStack } from './bare/usual-stack.ts';
import { finished, upload } from './client.ts';
import { paddedPng } from './documents.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

/** Jobs a second, and how many of them. */
type Load = readonly [jobsPerSecond: number, jobs: number];

const LOADS: readonly Load[] = [
  [5, 75],
  [50, 500],
];
const WARM_UP: Load = [25, 750];
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

interface Measured {
  /** At each load, ms. */
  readonly latencies: readonly number[][];
  /** CPU time of the services for each job, ms. */
  readonly cpuMs: number;
}

async function measure(name: string, url: string, cpu: () => Promise<number>): Promise<Measured> {
  await latencies(url, ...WARM_UP);
  const before = await cpu();
  const results: number[][] = [];
  for (const load of LOADS) results.push(await latencies(url, ...load));
  const cpuMs = (1000 * (await cpu()) - 1000 * before) / results.flat().length;
  const medians = results.map((one) => percentile(one, 0.5).toFixed(1));
  console.error(`  ${name}: p50 ${medians.join(' and ')} ms, ${cpuMs.toFixed(1)} ms of CPU a job`);
  return { latencies: results, cpuMs };
}

async function measureUsual(durable = false): Promise<Measured> {
  const stack = await startUsualStack({ durable });
  try {
    return await measure(durable ? 'BullMQ, all synced' : 'BullMQ', stack.url, stack.cpu);
  } finally {
    await stack.close();
  }
}

async function measureOurs(mode: Mode): Promise<Measured> {
  const subject = await startSubject(mode, { provider: 'idle' });
  try {
    return await measure(mode, subject.urls[0], subject.cpu);
  } finally {
    await subject.close();
  }
}

function figuresOf(mode: Mode, ours: Measured, usual: Measured): Figure[] {
  const cpu = 'CPU time of the services for each job';
  const figures = LOADS.flatMap(([rate], index) =>
    [0.5, 0.95].flatMap((share): Figure[] => {
      const name = `201 to completed at ${rate} jobs a second, p${share * 100}`;
      const [own, theirs] = [ours, usual].map((all) => percentile(all.latencies[index] ?? [], share));
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
  return [
    ...figures,
    { name: `${cpu}, BullMQ beside ${mode}`, value: usual.cpuMs, unit: 'ms' },
    { mode, name: cpu, value: ours.cpuMs, unit: 'ms' },
  ];
}

/** What no part of ours can take away. */
async function floors(): Promise<Figure[]> {
  const { latencies: durable } = await measureUsual(true);
  const calls = percentile(await backendCalls(), 0.5);
  return [
    ...LOADS.map(([rate], index) => ({
      name: `201 to completed at ${rate} jobs a second, p50, BullMQ with each write synced`,
      value: percentile(durable[index] ?? [], 0.5),
      unit: 'ms',
    })),
    {
      name: 'the calls of the backends alone from 201 to completed, p50, distributed',
      value: calls,
      unit: 'ms',
    },
  ];
}

/** From 201 to `completed`, with a provider that does no work, against the usual stack just before and just after. */
export async function latency(): Promise<Figure[]> {
  const before = await measureUsual();
  const embedded = await measureOurs('embedded');
  const between = await measureUsual();
  const distributed = await measureOurs('distributed');
  const after = await measureUsual();
  const both = (a: Measured, b: Measured): Measured => ({
    latencies: a.latencies.map((values, index) => [...values, ...(b.latencies[index] ?? [])]),
    cpuMs: mean([a.cpuMs, b.cpuMs]),
  });
  return [
    ...figuresOf('embedded', embedded, both(before, between)),
    ...figuresOf('distributed', distributed, both(between, after)),
    ...(await floors()),
  ];
}
