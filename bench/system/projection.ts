import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import { writeDocuments } from './bare/document-writes.ts';
import { inEachMode, type Options, scaled } from './options.ts';
import type { Figure } from './report.ts';
import { appendJobs, batchesOf } from './seed.ts';
import { backendsOf, type Mode } from './subject/backends.ts';
import { startService } from './subject/service.ts';
import { withStores } from './subject/stores.ts';

const JOBS = 5_000;
const GROUP = 'projection';
const PROJECTION = new URL('../../services/projection/src/main.ts', import.meta.url);
const POLL_MS = 50;
const LIMIT_MS = 180_000;

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

async function measure(mode: Mode, options: Options): Promise<Figure[]> {
  const jobs = { first: 1, count: scaled(JOBS, options) };
  const backends = await backendsOf(mode, ['kafka', 'eventstoredb', 'mongodb']);
  const ports = ['eventStore', 'bus', 'readModel'] as const;
  try {
    return await withStores(backends.env, ports, async ({ eventStore, bus, readModel }) => {
      await bus.ensureTopics([JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
      const events = await appendJobs(eventStore, jobs);
      for (const batch of batchesOf(jobs))
        await bus.publish(JOB_EVENTS_TOPIC, batch.get(JOB_EVENTS_TOPIC) ?? []);
      const bareRate = events / (await writeDocuments(readModel, jobs));
      const starting = startService('projection', PROJECTION, backends.env);
      const rate = await live(bus);
      await (await starting).close();
      return [
        { name: `events, if their documents were only written, ${mode}`, value: bareRate, unit: 'a second' },
        { mode, name: 'events projected live', value: rate, unit: 'a second' },
        { mode, name: 'projection live against bare writes', value: rate / bareRate, unit: 'ratio' },
      ];
    });
  } finally {
    await backends.close();
  }
}

/** Events a second from the feed into the read model, against writing the documents and nothing else. */
export const projection = (options: Options): Promise<Figure[]> => inEachMode(options, measure);
