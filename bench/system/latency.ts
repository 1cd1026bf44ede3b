import { percentile } from '../accuracy/statistics.ts';
import { openBackendCalls } from './bare/backend-calls.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import { LOADS, type Load, latencies, WARM_UP } from './paced-jobs.ts';
import type { Figure } from './report.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

/** Few enough that none waits for another. */
const APART: Load = [5, 50];
const ROUNDS = 3;
const CHAINS = 100;
const WANTED = 1.3;

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const backends = await backendsOf(mode);
  const subject = await startSubject(mode, { provider: 'idle', backends });
  const bare = mode === 'distributed' ? await openBackendCalls(backends.env) : null;
  const [url] = subject.urls;
  try {
    await latencies(url, WARM_UP, options);
    await bare?.times(scaled(CHAINS, options));
    const [ours, calls]: [number[], number[]] = [[], []];
    // In turn, so that both have the same neighbours.
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(...(await latencies(url, APART, options)));
      calls.push(...((await bare?.times(scaled(CHAINS, options))) ?? []));
    }
    const crowd = LOADS.at(-1) ?? APART;
    const crowded = await latencies(url, crowd, options);
    const name = (rate: number) => `201 to completed at ${rate} jobs a second`;
    const p50 = percentile(ours, 0.5);
    const figures: Figure[] = [
      { mode, name: `${name(APART[0])}, p50`, value: p50, unit: 'ms' },
      { mode, name: `${name(APART[0])}, p95`, value: percentile(ours, 0.95), unit: 'ms' },
      { mode, name: `${name(crowd[0])}, p50`, value: percentile(crowded, 0.5), unit: 'ms' },
    ];
    if (bare === null) return figures;
    const alone = percentile(calls, 0.5);
    return [
      { name: 'the calls of the backends alone from 201 to completed, p50', value: alone, unit: 'ms' },
      ...figures,
      {
        mode,
        name: `${name(APART[0])}, p50, against the calls alone`,
        value: p50 / alone,
        unit: 'ratio',
        target: { is: '<=', limit: WANTED },
      },
    ];
  } finally {
    await bare?.close();
    await subject.close();
    await backends.close();
  }
}

/** From 201 to `completed` with a provider that does no work, in turn with the calls of the backends that it needs. */
export const latency = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
