import { DEAD_LETTER_TOPIC, JOB_EVENTS_TOPIC, topicSpec } from '@inkstream/contracts';
import type { JobStatus, RecordedDomainEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import { type MessageBus, PoisonMessageError } from '@inkstream/message-bus';
import { DocumentRefusedError, type ReadModel } from '@inkstream/read-model';
import { currentTraceparent, inSpan, type Logger, observe, takeEvent } from '@inkstream/service-kit';
import { Delay } from './delay.ts';
import { executionMetrics } from './execution-metrics.ts';
import { microBatch } from './micro-batch.ts';
import { project } from './project.ts';
import { type RebuildReport, RebuildRunningError, rebuild } from './rebuild.ts';
import { isReadModelLost, restoreReadModel } from './restore-read-model.ts';
import type { JobChange } from './write.ts';

const GROUP = 'projection';
/** This many messages are in hand at once, and at most this many are written in one go. */
const CONCURRENCY = 256;
/** This many at once mean that messages pile up. */
const CROWD = 128;
/** How long a document waits for more of its events, and for others to be written with, ms: lists are behind by it. */
const LINGER_MS = 60;

export interface ProjectionDeps {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly readModel: ReadModel;
  readonly log: Logger;
  /** Tenants that metrics name; the others are one to them. None by default. */
  readonly tenants?: ReadonlySet<string>;
  /** ms since 1970. */
  readonly now?: () => number;
}

export interface Projection {
  /**
   * Rebuilds all documents from the event store while those that are there serve. If it rejects it has to be run again;
   * what is there goes on serving until then.
   *
   * @throws RebuildRunningError if one is under way in this process.
   * @throws LaterReleaseError if a later release wrote some of the log.
   */
  rebuild(): Promise<RebuildReport>;
  /** Finishes what is in hand, ends a rebuild that is under way. The backends stay open. */
  close(): Promise<void>;
}

/** An event, and the trace of its delivery. */
interface Taken {
  readonly event: RecordedDomainEvent;
  readonly traceparent: string | undefined;
}

const isFinal = (status: JobStatus | undefined): boolean => status === 'completed' || status === 'failed';

/** One line for each job that has become final. */
function logFinal(log: Logger, changes: readonly JobChange[]): void {
  for (const { before, after } of changes) {
    const { id, uid, tenant, status, createdAt, updatedAt, deleted, tally } = after;
    if (deleted || !isFinal(status) || isFinal(before?.status)) continue;
    const { started: _, pending: _pending, running: _running, ...executions } = tally;
    const durationMs = Date.parse(updatedAt) - Date.parse(createdAt);
    log.info({ job: id, uid, tenant, status, durationMs, executions }, 'A job is final');
  }
}

/** What a message fails with: a document that the store refuses goes to the dead letters at once. */
const faultOf = (error: unknown): unknown =>
  error instanceof DocumentRefusedError
    ? new PoisonMessageError(error.message, { cause: error, reason: 'document_refused' })
    : error;

/**
 * Keeps the read model up to date with the feed of events, and writes in one go what comes within some hundredths of a second.
 * What is no event of a job or an execution goes to the dead letters. A read model without a document beside a log with
 * events is rebuilt first, in the background.
 */
export async function createProjection({
  eventStore,
  bus,
  readModel,
  log,
  tenants = new Set(),
  now = Date.now,
}: ProjectionDeps): Promise<Projection> {
  const count = executionMetrics(tenants);
  const delay = new Delay(now);
  await bus.ensureTopics([JOB_EVENTS_TOPIC, DEAD_LETTER_TOPIC].map(topicSpec));
  const projectBatch = microBatch(
    async (taken: readonly Taken[]) => {
      const [first] = taken;
      // In the trace of the first; those of the others link to it.
      const options = {
        parent: first?.traceparent,
        attributes: { 'inkstream.events': taken.length },
        links: taken.slice(1).map(({ traceparent }) => traceparent),
      };
      return inSpan('project', options, async () => {
        const events = taken.map(({ event }) => event);
        const { changes, executionChanges, failures } = await project(readModel, eventStore, events);
        logFinal(log, changes);
        for (const change of executionChanges) count(change);
        return failures;
      });
    },
    { lingerMs: LINGER_MS, enough: CROWD },
  );
  const consume = () =>
    bus.consume({
      topic: JOB_EVENTS_TOPIC,
      group: GROUP,
      concurrency: CONCURRENCY,
      deadLetterTopic: DEAD_LETTER_TOPIC,
      handler: (delivery, signal) =>
        delay.during(delivery, signal, () =>
          takeEvent({ eventStore, log }, delivery, async (event) => {
            const failures = await projectBatch({ event, traceparent: currentTraceparent() });
            if (failures.has(event)) throw faultOf(failures.get(event));
          }),
        ),
    });

  const closing = new AbortController();
  let rebuilding: Promise<RebuildReport> | undefined;
  const rebuildOnce = async () => {
    if (rebuilding) throw new RebuildRunningError('The documents are being rebuilt already');
    rebuilding = rebuild({ eventStore, readModel, log }, closing.signal);
    try {
      return await rebuilding;
    } finally {
      rebuilding = undefined;
    }
  };
  // Messages wait for it: a read model with some documents would not be known as lost after a crash.
  const isLost = await isReadModelLost({ eventStore, readModel }, closing.signal);
  const consuming = isLost
    ? restoreReadModel({ eventStore, readModel, log }, rebuildOnce, closing.signal).then(consume)
    : Promise.resolve(await consume());
  consuming.catch((err) => {
    if (!closing.signal.aborted) log.error({ err }, 'The projection cannot consume: start it again');
  });
  const observed = [
    observe(
      'inkstream.projection.lag',
      { unit: '{message}', description: 'Messages of the feed that the projection has not finished' },
      () => bus.lag(JOB_EVENTS_TOPIC, GROUP),
    ),
    observe(
      'inkstream.projection.delay',
      { unit: 's', description: 'Age of the oldest message that this projection took and has not finished' },
      () => delay.seconds,
    ),
  ];
  return {
    rebuild: rebuildOnce,
    async close() {
      closing.abort();
      for (const one of observed) one.close();
      const consumer = consuming.catch(() => undefined);
      await Promise.all([consumer.then((opened) => opened?.close()), rebuilding?.catch(() => {})]);
    },
  };
}
