import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import { mean } from '../accuracy/statistics.ts';
import { writeDocuments } from './bare/document-writes.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { appendJobs } from './seed.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { type Service, startService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 10_000;
const ROUNDS = 3;
/** Events a second. */
const WANTED: Readonly<Record<Mode, number>> = { embedded: 20_000, distributed: 8_000 };
const PROJECTION = new URL('../../services/projection/src/main.ts', import.meta.url);

/**
 * How long one rebuild takes, and CPU time of its process, s. That of an empty read model, which begins by itself, is
 * waited for.
 */
async function rebuildOnce(service: Service): Promise<{ seconds: number; cpu: number }> {
  const { url, cpu } = service;
  const [started, cpuBefore] = [performance.now(), await cpu()];
  const answer = await fetch(`${url}/rebuild`, { method: 'POST' });
  if (answer.status === 409) {
    await sleep(500);
    return rebuildOnce(service);
  }
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return { seconds: (performance.now() - started) / 1_000, cpu: (await cpu()) - cpuBefore };
}

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const jobs = { first: 1, count: scaled(JOBS, options) };
  const backends = await backendsOf(mode, ['kafka', 'eventstoredb', 'mongodb']);
  try {
    return await withStores(backends.env, ['eventStore', 'bus', 'readModel'], async (stores) => {
      await stores.bus.ensureTopics([JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
      const events = await appendJobs(stores.eventStore, jobs);
      const service = await startService('projection', PROJECTION, backends.env);
      const [bare, whole, cpu]: number[][] = [[], [], []];
      for (let round = 0; round <= ROUNDS; round++) {
        const seconds = await writeDocuments(stores.readModel, jobs);
        const one = await rebuildOnce(service);
        console.error(`  ${mode}, round ${round}`, { bare: seconds, ...one });
        if (round === 0) continue;
        bare?.push(events / seconds);
        whole?.push(events / one.seconds);
        cpu?.push((1e6 * one.cpu) / events);
      }
      await service.close();
      const [bareRate, rate, cpuUs] = [bare, whole, cpu].map((all = []) => mean(all));
      if (bareRate === undefined || rate === undefined || cpuUs === undefined) return [];
      const target = { is: '>=', limit: WANTED[mode] } as const;
      return [
        { name: `events, if their documents were only written, ${mode}`, value: bareRate, unit: 'a second' },
        { mode, name: 'events of a rebuild', value: rate, unit: 'a second', target },
        { mode, name: 'rebuild against bare writes', value: rate / bareRate, unit: 'ratio' },
        { mode, name: 'CPU time of a rebuild for each event', value: cpuUs, unit: 'µs' },
      ];
    });
  } finally {
    await backends.close();
  }
}

/** Events a second from the event store into new documents, in turn with writing the documents and nothing else. */
export const rebuild = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
