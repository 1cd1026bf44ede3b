import { SORT_FIELDS } from '@inkstream/read-model';
import { percentile } from '../accuracy/statistics.ts';
import { uidOf, viewsOf } from './jobs.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { type Env, startService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 200_000;
/** The wire double keeps no order in its indexes and takes long to fill: its figures say little of MongoDB. */
const JOBS_ON_DOUBLE = 20_000;
const BATCH = 1_000;
const PAGE = 20;
/** So many requests of each kind, fewer where they take longer than this, in ms. */
const REQUESTS = 60;
const FEWEST = 5;
const LIMIT_MS = 2_000;
const TARGET_MS = 20;
const QUERY_API = new URL('../../services/query-api/src/main.ts', import.meta.url);

/** Every third job is completed, the others are pending or running. */
const listed = (id: number) => viewsOf(id, 2 + ((id + 2) % 3));

/** Completed jobs, all over the ids. */
const sampled = (index: number, jobs: number) => 3 * (1 + ((index * 7_919) % Math.floor(jobs / 3)));

const fill = (env: Env, count: number): Promise<void> =>
  withStores(env, ['readModel', 'objects'], async ({ readModel, objects }) => {
    for (let first = 1; first <= count; first += BATCH) {
      const views = Array.from({ length: BATCH }, (_, index) => listed(first + index));
      await readModel.replaceExecutions(views.map(({ execution }) => ({ view: execution, over: null })));
      await readModel.replaceJobs(views.map(({ job }) => ({ view: job, over: null })));
    }
    for (let index = 0; index < REQUESTS; index++)
      await objects.put(`jobs/${uidOf(sampled(index, count))}/executions/1/result-1.json`, Buffer.from('{}'));
  });

async function times(url: string, path: (index: number) => string): Promise<number[]> {
  const results: number[] = [];
  const giveUpAt = performance.now() + LIMIT_MS;
  for (let index = 0; index < REQUESTS && (index < FEWEST || performance.now() < giveUpAt); index++) {
    const started = performance.now();
    const response = await fetch(url + path(index));
    const body = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path(index)}: ${response.status} ${Buffer.from(body)}`);
    results.push(performance.now() - started);
  }
  return results;
}

const figuresOf = (mode: Mode, name: string, values: readonly number[]): Figure[] => [
  { mode, name: `${name}, p50`, value: percentile(values, 0.5), unit: 'ms' },
  {
    mode,
    name: `${name}, p95`,
    value: percentile(values, 0.95),
    unit: 'ms',
    target: { is: '<=', limit: TARGET_MS },
  },
];

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const onDouble = mode === 'distributed' && !process.env.MONGODB_URL;
  const count = BATCH * Math.ceil(scaled(onDouble ? JOBS_ON_DOUBLE : JOBS, options) / BATCH);
  const among = `of ${count.toLocaleString('en')} jobs${onDouble ? ' (wire double)' : ''}`;
  const backends = await backendsOf(mode);
  try {
    await fill(backends.env, count);
    console.error(`  ${mode}: filled`);
    const { url, close } = await startService('query-api', QUERY_API, backends.env);
    const job = (index: number) => `/ocr-jobs/${sampled(index, count)}`;
    await times(url, job);
    const pages = { first: 1, tenth: 10, last: count / PAGE };
    const figures: Figure[] = [];
    for (const field of SORT_FIELDS)
      for (const [name, page] of Object.entries(pages)) {
        const path = `/ocr-jobs?sort=${field}:desc&page=${page}&limit=${PAGE}`;
        figures.push(...figuresOf(mode, `${name} page ${among} by ${field}`, await times(url, () => path)));
      }
    const lists = {
      'first page of a status': 'status=completed',
      'first page of a search': 'search=day%2099',
    };
    for (const [name, query] of Object.entries(lists))
      figures.push(...figuresOf(mode, `${name} ${among}`, await times(url, () => `/ocr-jobs?${query}`)));
    figures.push(...figuresOf(mode, `one ${among} with its result`, await times(url, job)));
    await close();
    return figures;
  } finally {
    await backends.close();
  }
}

/** Lists and jobs over HTTP with 200,000 jobs in the read model; descending, since the other way is the same walk. */
export const reads = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
