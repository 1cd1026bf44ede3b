import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { RecordedJobEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { ReadModel } from '@inkstream/read-model';
import { jobEventOf, type Logger, unlessLost } from '@inkstream/service-kit';
import { microBatch } from './micro-batch.ts';
import { project } from './project.ts';
import { RebuildRunningError, rebuild } from './rebuild.ts';

const GROUP = 'projection';
/** So many jobs are in hand at once, and at most so many are written in one go. */
const CONCURRENCY = 256;
/** So many at once mean that messages pile up. */
const CROWD = 128;
/** How long a document waits for more of its events, and for others to be written with, ms: lists are behind by it. */
const LINGER_MS = 100;

export interface ProjectionDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly readModel: ReadModel;
  readonly log: Logger;
}

export interface Projection {
  /**
   * Makes all documents anew from the event store while those that are there serve. Gives how many there are, those
   * of deleted jobs included. Where it rejects it has to be run again; what is there goes on serving until then.
   *
   * @throws RebuildRunningError where one is under way in this process.
   */
  rebuild(): Promise<{ jobs: number }>;
  /** Finishes what is in hand, ends a rebuild that is under way. The engines stay open. */
  close(): Promise<void>;
}

/**
 * Keeps the read model up to date with the feed of job events, and writes in one go what comes within a tenth of a
 * second. What is no event of a job goes to the dead letters.
 */
export async function createProjection({
  eventStore,
  bus,
  readModel,
  log,
}: ProjectionDeps): Promise<Projection> {
  await bus.ensureTopics([JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
  const projectBatch = microBatch(
    (events: readonly RecordedJobEvent[]) =>
      project(readModel, eventStore, events, { ahead: events.length >= CROWD }),
    { lingerMs: LINGER_MS, enough: CROWD },
  );
  const consumer = await bus.consume({
    topic: JOB_EVENTS_TOPIC,
    group: GROUP,
    concurrency: CONCURRENCY,
    deadLetterTopic: DEAD_LETTER_TOPIC,
    async handler(delivery) {
      const event = jobEventOf(delivery);
      await unlessLost({ eventStore, log }, delivery, event, async () => {
        const { failures } = await projectBatch(event);
        if (failures.has(event.jobId)) throw failures.get(event.jobId);
      });
    },
  });

  const closing = new AbortController();
  let rebuilding: Promise<{ jobs: number }> | undefined;
  return {
    async rebuild() {
      if (rebuilding) throw new RebuildRunningError('The documents are being rebuilt already');
      rebuilding = rebuild({ eventStore, readModel, log }, closing.signal);
      try {
        return await rebuilding;
      } finally {
        rebuilding = undefined;
      }
    },
    async close() {
      closing.abort();
      await Promise.all([consumer.close(), rebuilding?.catch(() => {})]);
    },
  };
}
