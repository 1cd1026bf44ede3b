import { executionStream, jobStream, type RecordedDomainEvent } from '@inkstream/domain';
import { type EventStore, proveUnchanged, StaleReadError } from '@inkstream/event-store';
import { type Delivery, PoisonMessageError } from '@inkstream/message-bus';
import { metrics } from '@opentelemetry/api';
import type { Logger } from './log.ts';

/** The stream that an event belongs to. */
const streamOf = (event: LostEvent): string =>
  event.executionId === undefined
    ? jobStream(event.jobId)
    : executionStream({ jobId: event.jobId, executionId: event.executionId });

/**
 * By this redelivery a message has waited for some 6 s: by then a leader that was cut off knows it, a follower has
 * caught up.
 */
const PROVE_AFTER = 5;

/** An event that its stream does not hold. */
type LostEvent = Pick<RecordedDomainEvent, 'jobId' | 'revision' | 'type'> & {
  readonly executionId?: number;
};

/**
 * A message refers to an event that its stream does not hold: the log was lost, and an older backup restored.
 * It cannot come back, so the message goes to the dead letters at once, for the reason `event_lost`.
 */
export class EventLostError extends PoisonMessageError {
  override readonly name = 'EventLostError';

  constructor(event: LostEvent) {
    const { type, revision } = event;
    super(`${type} at revision ${revision} of ${streamOf(event)} is not in the event store any more`, {
      reason: 'event_lost',
    });
  }
}

interface LostEventDeps {
  readonly eventStore: EventStore;
  readonly log: Pick<Logger, 'error'>;
}

/** Proves by an append that a stream ends before the event, or rejects with a transient fault. */
async function proveLost(eventStore: EventStore, event: RecordedDomainEvent, cause: StaleReadError) {
  const stream = streamOf(event);
  const [last] = await Array.fromAsync(eventStore.read(stream, { direction: 'backwards', limit: 1 }));
  if (last && last.revision >= event.revision) throw cause;
  await proveUnchanged(eventStore, stream, last?.revision ?? 'none');
}

/**
 * Runs the work of a delivery, which reads the job's stream with `atLeast` the revision of the delivery's event. A
 * `StaleReadError` of it is transient, and the message comes again; from the sixth time on an append shows whether the
 * event is late or lost.
 *
 * @throws EventLostError if it is lost, once that is logged and counted; what `work` throws otherwise.
 */
export async function unlessLost<T>(
  { eventStore, log }: LostEventDeps,
  delivery: Delivery,
  event: RecordedDomainEvent,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work().catch(async (error) => {
      if (!(error instanceof StaleReadError) || delivery.redelivered < PROVE_AFTER) throw error;
      await proveLost(eventStore, event, error);
      throw new EventLostError(event);
    });
  } catch (err) {
    if (err instanceof EventLostError) {
      const { topic, offset, key } = delivery;
      metrics
        .getMeter('inkstream')
        .createCounter('inkstream.event_store.events_lost', {
          description:
            'Messages that were dead-lettered because the event store no longer holds their events',
        })
        .add(1, { topic });
      log.error({ err, topic, offset, key }, 'An event is lost: was an older backup restored?');
    }
    throw err;
  }
}
