import { createQueryApi } from '@inkstream/query-api';
import { listen, silentLogger } from '@inkstream/service-kit';
import { percentile } from '../accuracy/statistics.ts';
import { onEmbeddedEngines } from './embedded.ts';
import { viewOf } from './jobs.ts';
import type { Figure } from './report.ts';

const JOBS = 100_000;
const BATCH = 1_000;
const REQUESTS = 200;

const LISTS = {
  'first page': '/ocr-jobs',
  'first page by name': '/ocr-jobs?sort=name:asc',
  'first page of a status': '/ocr-jobs?status=completed',
  'first page of a search': '/ocr-jobs?search=day%2099',
};

async function times(url: string, path: (index: number) => string): Promise<number[]> {
  const results: number[] = [];
  for (let index = 0; index < REQUESTS; index++) {
    const started = performance.now();
    const response = await fetch(url + path(index));
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path(index)}: ${response.status}`);
    results.push(performance.now() - started);
  }
  return results;
}

/** Lists and jobs over HTTP with 100,000 jobs in the read model. */
export const reads = (): Promise<Figure[]> =>
  onEmbeddedEngines(async (engines) => {
    const { readModel, objects } = engines;
    for (let first = 1; first <= JOBS; first += BATCH) {
      const views = Array.from({ length: BATCH }, (_, index) => viewOf(first + index));
      await readModel.replace(views.map((view) => ({ view, over: null })));
    }
    const sampled = (index: number) => 1 + ((index * 7_919) % JOBS);
    for (let index = 0; index < REQUESTS; index++)
      await objects.put(`jobs/${sampled(index)}/executions/1/result-1.json`, Buffer.from('{}'));
    const api = await createQueryApi({ ...engines, log: silentLogger() });
    const server = await listen(api.app, { host: '127.0.0.1', port: 0 });
    const figures: Figure[] = [];
    for (const [name, path] of Object.entries(LISTS))
      figures.push({
        name: `${name} of ${JOBS.toLocaleString('en')} jobs, p95`,
        value: percentile(await times(server.url, () => path), 0.95),
        unit: 'ms',
        target: { is: '<=', limit: 20 },
      });
    const gets = await times(server.url, (index) => `/ocr-jobs/${sampled(index)}`);
    figures.push({
      name: `one of ${JOBS.toLocaleString('en')} jobs, p95`,
      value: percentile(gets, 0.95),
      unit: 'ms',
      target: { is: '<=', limit: 20 },
    });
    await api.close();
    await server.close();
    return figures;
  });
