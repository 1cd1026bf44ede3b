import { executionStream, jobStream, type RecordedDomainEvent } from '@inkstream/domain';
import { type EventStore, StaleReadError } from '@inkstream/event-store';
import { type EventPlace, proveLost } from '@inkstream/job-store';
import { type Delivery, PoisonMessageError } from '@inkstream/message-bus';
import { metrics } from '@opentelemetry/api';
import type { Logger } from './log.ts';
import { loggedAs } from './log-subject.ts';

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

/** An event that is lost, or whose request is. */
type LostEvent = EventPlace & Pick<RecordedDomainEvent, 'type'>;

/**
 * A message refers to an event that its stream does not hold, or to one of an execution whose request no stream holds:
 * the log was lost, and an older backup restored. It cannot come back, so the message goes to the dead letters at once,
 * for the reason `event_lost`.
 */
export class EventLostError extends PoisonMessageError {
  override readonly name = 'EventLostError';

  constructor(event: LostEvent, lost: 'event' | 'request' = 'event') {
    const { type, revision } = event;
    const what = lost === 'event' ? `${type} at revision ${revision}` : 'The request';
    super(`${what} of ${streamOf(event)} is not in the event store any more`, { reason: 'event_lost' });
  }
}

interface LostEventDeps {
  readonly eventStore: EventStore;
  readonly log: Pick<Logger, 'error'>;
}

/**
 * Runs work that reads an event's stream with `atLeast` its revision. A `StaleReadError` of it is transient, and the work
 * comes again; from the sixth time on (`before` 5) an append shows whether what was missing is late or lost.
 *
 * @throws EventLostError if it is lost; what `work` throws otherwise.
 */
export async function orProveLost<T>(
  eventStore: EventStore,
  event: LostEvent,
  before: number,
  work: () => Promise<T>,
): Promise<T> {
  return await work().catch(async (error) => {
    if (!(error instanceof StaleReadError) || before < PROVE_AFTER) throw error;
    throw new EventLostError(event, await proveLost(eventStore, event));
  });
}

/**
 * Runs the work of a delivery as `orProveLost` does; all log lines of it say what it is about.
 *
 * @throws EventLostError if its event is lost, once that is logged and counted; what `work` throws otherwise.
 */
export async function unlessLost<T>(
  { eventStore, log }: LostEventDeps,
  delivery: Delivery,
  event: RecordedDomainEvent,
  work: () => Promise<T>,
): Promise<T> {
  const { jobId, caller } = event;
  const subject = () => ({
    jobId,
    ...('executionId' in event && { executionId: event.executionId }),
    tenant: caller.tenant,
    requestId: caller.requestId,
  });
  try {
    return await loggedAs(subject, () => orProveLost(eventStore, event, delivery.redelivered, work));
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
