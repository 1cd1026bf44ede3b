import { mean, percentile } from '../accuracy/statistics.ts';
import { startUsualStack } from './bare/usual-stack.ts';
import type { Options } from './options.ts';
import { LOADS, latencies, WARM_UP } from './paced-jobs.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

/** What a median of ours may be of the usual stack's. */
const LIMITS: Readonly<Record<Mode, number>> = { embedded: 1, distributed: 2 };

interface Measured {
  /** At each load, ms. */
  readonly latencies: readonly number[][];
  /** CPU time of the services for each job, ms. */
  readonly cpuMs: number;
}

async function measure(
  name: string,
  url: string,
  cpu: () => Promise<number>,
  options: Options,
): Promise<Measured> {
  await latencies(url, WARM_UP, options);
  const before = await cpu();
  const results: number[][] = [];
  for (const load of LOADS) results.push(await latencies(url, load, options));
  const cpuMs = (1000 * (await cpu()) - 1000 * before) / results.flat().length;
  const medians = results.map((one) => percentile(one, 0.5).toFixed(1));
  console.error(`  ${name}: p50 ${medians.join(' and ')} ms, ${cpuMs.toFixed(1)} ms of CPU a job`);
  return { latencies: results, cpuMs };
}

async function measureUsual(options: Options, durable = false): Promise<Measured> {
  const stack = await startUsualStack({ durable });
  try {
    return await measure(durable ? 'BullMQ, all synced' : 'BullMQ', stack.url, stack.cpu, options);
  } finally {
    await stack.close();
  }
}

async function measureOurs(mode: Mode, options: Options): Promise<Measured> {
  const subject = await startSubject(mode, { provider: 'idle' });
  try {
    return await measure(mode, subject.urls[0], subject.cpu, options);
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

/** From 201 to `completed`, with a provider that does no work, against the usual stack just before and just after. */
export async function usualStack(options: Options): Promise<Figure[]> {
  const both = (a: Measured, b: Measured): Measured => ({
    latencies: a.latencies.map((values, index) => [...values, ...(b.latencies[index] ?? [])]),
    cpuMs: mean([a.cpuMs, b.cpuMs]),
  });
  const figures: Figure[] = [];
  let before = await measureUsual(options);
  for (const mode of options.modes) {
    const ours = await measureOurs(mode, options);
    const after = await measureUsual(options);
    figures.push(...figuresOf(mode, ours, both(before, after)));
    before = after;
  }
  const durable = await measureUsual(options, true);
  const synced = LOADS.map(([rate], index) => ({
    name: `201 to completed at ${rate} jobs a second, p50, BullMQ with each write synced`,
    value: percentile(durable.latencies[index] ?? [], 0.5),
    unit: 'ms',
  }));
  return [...figures, ...synced];
}
