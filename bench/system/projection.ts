import { setTimeout as sleep } from 'node:timers/promises';
import { JOB_EVENTS_TOPIC, toMessage } from '@inkstream/contracts';
import { jobStream } from '@inkstream/domain';
import { toStored } from '@inkstream/job-store';
import { createProjection } from '@inkstream/projection';
import { silentLogger } from '@inkstream/service-kit';
import { onEmbeddedEngines } from './embedded.ts';
import { eventsOf } from './jobs.ts';
import type { Figure } from './report.ts';

const JOBS = 5_000;
const BATCH = 500;

/** Events a second that the projection takes from the feed into the read model. */
export const projection = (): Promise<Figure[]> =>
  onEmbeddedEngines(async (engines) => {
    const { bus, eventStore } = engines;
    await bus.ensureTopics([{ name: JOB_EVENTS_TOPIC }]);
    let events = 0;
    for (let first = 1; first <= JOBS; first += BATCH) {
      const jobs = Array.from({ length: BATCH }, (_, index) => eventsOf(first + index));
      await Promise.all(
        jobs.map((job, index) =>
          eventStore.append(
            jobStream(first + index),
            job.map((event) => toStored(event.jobId, event)),
            { expected: 'no_stream' },
          ),
        ),
      );
      const messages = jobs.flat().map((event) => toMessage(event, `${event.jobId}/${event.revision}`));
      await bus.publish(JOB_EVENTS_TOPIC, messages);
      events += messages.length;
    }
    const started = performance.now();
    const running = await createProjection({ ...engines, log: silentLogger() });
    while ((await bus.lag(JOB_EVENTS_TOPIC, 'projection')) > 0) await sleep(5);
    const seconds = (performance.now() - started) / 1000;
    await running.close();
    return [{ name: 'events projected', value: events / seconds, unit: 'a second' }];
  });
