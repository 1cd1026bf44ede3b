import type { RecordedDomainEvent } from '@inkstream/domain';
import type { EventStore } from '@inkstream/event-store';
import type { Delivery } from '@inkstream/message-bus';
import { domainEventOf } from './domain-event-of.ts';
import type { Logger } from './log.ts';
import { unlessLost } from './lost-events.ts';
import { subjectAttributes } from './telemetry/attributes.ts';
import { inSpan } from './telemetry/spans.ts';

interface TakeEventDeps {
  readonly eventStore: EventStore;
  readonly log: Pick<Logger, 'error'>;
}

/** What a span says of the event that a message carries. */
export const eventAttributes = (event: RecordedDomainEvent, topic: string, eventId: string) => ({
  'messaging.destination.name': topic,
  'messaging.message.id': eventId,
  'inkstream.event.type': event.type,
  ...subjectAttributes({
    jobId: event.jobId,
    executionId: 'executionId' in event ? event.executionId : undefined,
    tenant: event.caller.tenant,
    requestId: event.caller.requestId,
  }),
});

/**
 * Handles the delivery of an event of a job or an execution, as `unlessLost` does, in a span that follows from the
 * message: so all that is done for it is in the trace of the request that the event came from, each delivery of it in a
 * span of its own.
 *
 * @throws what `domainEventOf`, `unlessLost` and the work throw.
 */
export async function takeEvent<T>(
  deps: TakeEventDeps,
  delivery: Delivery,
  work: (event: RecordedDomainEvent) => Promise<T>,
): Promise<T> {
  const event = domainEventOf(delivery);
  const { topic, headers, redelivered } = delivery;
  const options = {
    kind: 'consumer',
    parent: headers.traceparent,
    attributes: {
      ...eventAttributes(event, topic, headers.ce_id ?? ''),
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'process',
      ...(redelivered > 0 && { 'inkstream.redelivered': redelivered }),
    },
  } as const;
  return inSpan(`process ${topic}`, options, () => unlessLost(deps, delivery, event, () => work(event)));
}
