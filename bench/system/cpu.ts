import { inEachMode, type Options } from './options.ts';
import { LOADS, latencies, WARM_UP } from './paced-jobs.ts';
import type { Figure } from './report.ts';
import type { Mode } from './subject/backends.ts';
import { startSubject } from './subject/subject.ts';

/** Of all processes for each job, ms. */
const WANTED: Readonly<Record<Mode, number>> = { embedded: 13, distributed: 18 };

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const subject = await startSubject(mode, { provider: 'idle' });
  const [url] = subject.urls;
  try {
    await latencies(url, WARM_UP, options);
    const figures: Figure[] = [];
    let [allJobs, allMs] = [0, 0];
    for (const load of LOADS) {
      const before = await subject.cpuByService();
      const jobs = (await latencies(url, load, options)).length;
      const after = await subject.cpuByService();
      const ms = after.map(
        ([name, cpu], index) => [name, 1_000 * (cpu - (before[index]?.[1] ?? 0))] as const,
      );
      console.error(
        `  ${mode}, ${load[0]} a second:`,
        ...ms.map(([name, own]) => `${name} ${(own / jobs).toFixed(1)}`),
      );
      const total = ms.reduce((sum, [, own]) => sum + own, 0);
      figures.push({
        mode,
        name: `CPU time for each job, at ${load[0]} a second`,
        value: total / jobs,
        unit: 'ms',
      });
      allJobs += jobs;
      allMs += total;
    }
    const target = { is: '<=', limit: WANTED[mode] } as const;
    return [...figures, { mode, name: 'CPU time for each job', value: allMs / allJobs, unit: 'ms', target }];
  } finally {
    await subject.close();
  }
}

/** CPU time of all our processes, without the backends', for each job of one file, with a provider that does no work. */
export const cpu = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
