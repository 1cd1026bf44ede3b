import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import type { ReadModel } from '@inkstream/read-model';
import { viewsOf } from './jobs.ts';
import type { Figure } from './report.ts';
import { appendJobs, batchesOf, type Jobs } from './seed.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { type Service, startService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS: Jobs = { first: 1, count: 5_000 };
/** As the projection has it. */
const BATCH_DOCUMENTS = 256;
const GROUP = 'projection';
const PROJECTION = new URL('../../services/projection/src/main.ts', import.meta.url);
const POLL_MS = 50;
const LIMIT_MS = 180_000;

const secondsSince = (started: number) => (performance.now() - started) / 1000;

/** Events a second if nothing were done but to write what they amount to, into documents that are dropped again. */
async function bare(readModel: ReadModel, events: number): Promise<number> {
  const views = Array.from({ length: JOBS.count }, (_, index) => viewsOf(JOBS.first + index));
  const generation = await readModel.startGeneration();
  const started = performance.now();
  for (let start = 0; start < views.length; start += BATCH_DOCUMENTS) {
    const batch = views.slice(start, start + BATCH_DOCUMENTS);
    await generation.replaceExecutions(batch.map(({ execution }) => ({ view: execution, over: null })));
    await generation.replaceJobs(batch.map(({ job }) => ({ view: job, over: null })));
  }
  const rate = events / secondsSince(started);
  await generation.discard();
  return rate;
}

/** Events a second that it takes from the feed, from when it is seen to begin until none is left. */
async function live(bus: MessageBus): Promise<number> {
  const giveUpAt = performance.now() + LIMIT_MS;
  const all = await bus.lag(JOB_EVENTS_TOPIC, GROUP);
  let begun: { readonly at: number; readonly lag: number } | undefined;
  for (;;) {
    const lag = await bus.lag(JOB_EVENTS_TOPIC, GROUP);
    const at = performance.now();
    if (lag < all) begun ??= { at, lag };
    if (begun && lag === 0) return begun.lag / ((at - begun.at) / 1000);
    if (at > giveUpAt) throw new Error(`${lag} events are not projected`);
    await sleep(POLL_MS);
  }
}

async function rebuild({ url }: Service, events: number): Promise<number> {
  const started = performance.now();
  const answer = await fetch(`${url}/rebuild`, { method: 'POST' });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return events / secondsSince(started);
}

async function measure(mode: Mode): Promise<Figure[]> {
  const backends = await backendsOf(mode, ['kafka', 'eventstoredb', 'mongodb']);
  const ports = ['eventStore', 'bus', 'readModel'] as const;
  try {
    return await withStores(backends.env, ports, async ({ eventStore, bus, readModel }) => {
      await bus.ensureTopics([JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
      const events = await appendJobs(eventStore, JOBS);
      for (const batch of batchesOf(JOBS))
        await bus.publish(JOB_EVENTS_TOPIC, batch.get(JOB_EVENTS_TOPIC) ?? []);
      const bareRate = await bare(readModel, events);
      const starting = startService('projection', PROJECTION, backends.env);
      const liveRate = await live(bus);
      const service = await starting;
      const rebuildRate = await rebuild(service, events);
      await service.close();
      const against = (name: string, value: number): Figure[] => [
        { mode, name: `events projected ${name}`, value, unit: 'a second' },
        { mode, name: `projection ${name} against bare writes`, value: value / bareRate, unit: 'ratio' },
      ];
      return [
        { name: `events, if their documents were only written, ${mode}`, value: bareRate, unit: 'a second' },
        ...against('live', liveRate),
        ...against('in a rebuild', rebuildRate),
      ];
    });
  } finally {
    await backends.close();
  }
}

/** Events a second into the read model, live and in a rebuild, against writing the documents and nothing else. */
export async function projection(): Promise<Figure[]> {
  return [...(await measure('embedded')), ...(await measure('distributed'))];
}
