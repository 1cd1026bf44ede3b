import { sweepOrphans } from '@inkstream/housekeeper';
import { beginUploads } from '@inkstream/job-store';
import { paceOf } from './bare/pace.ts';
import { uidOf } from './jobs.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { appendJobs } from './seed.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 1_000_000;
/** Jobs that are seeded before the next ones, so that none of it piles up in memory. */
const BATCH = 1_000;
const HOUR_MS = 3_600_000;
const WANTED_S = 5;

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const jobs = scaled(JOBS, options);
  const backends = await backendsOf(mode, ['eventstoredb', 'minio']);
  try {
    return await withStores(backends.env, ['eventStore', 'objects'], async (stores) => {
      for (let first = 1; first <= jobs; first += BATCH) {
        const count = Math.min(BATCH, jobs + 1 - first);
        await beginUploads(
          stores.eventStore,
          Array.from({ length: count }, (_, n) => uidOf(first + n)),
        );
        await appendJobs(stores.eventStore, { first, count });
      }
      const { signal } = new AbortController();
      const sweep = async (): Promise<number> => {
        const later = new Date(Date.now() + 2 * HOUR_MS);
        const deps = { ...stores, orphanAgeMs: HOUR_MS, mayAct: () => true };
        const { byCpu } = await paceOf(1, () => sweepOrphans(deps, later, signal));
        return 1 / byCpu;
      };
      const whole = await sweep();
      const nothing = await sweep();
      const of = `${jobs.toLocaleString('en')} jobs`;
      return [
        { mode, name: `CPU time of the first sweep after ${of}`, value: whole, unit: 's' },
        {
          mode,
          name: `CPU time of a sweep of ${of} with nothing to do`,
          value: nothing,
          unit: 's',
          target: { is: '<=', limit: WANTED_S },
        },
      ];
    });
  } finally {
    await backends.close();
  }
}

/** CPU time of a sweep, which looks at each upload once: so one after another costs what was uploaded in between. */
export const sweep = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
