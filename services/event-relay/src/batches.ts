import { JOB_EVENTS_TOPIC, requestsTopic, toMessage } from '@inkstream/contracts';
import type { Position, SubscriptionStep } from '@inkstream/event-store';
import type { Message } from '@inkstream/message-bus';
import type { Logger } from '@inkstream/service-kit';
import { LaterReleaseError, toJobEvent } from './job-event.ts';

const MAX_EVENTS = 500;

/** What is published at once: the messages of each topic in the order of the log, up to and with `position`. */
interface Batch {
  readonly position: Position;
  /** How many events it holds. */
  readonly events: number;
  readonly messages: ReadonlyMap<string, readonly Message[]>;
}

/**
 * Gathers the steps of a subscription into batches: each ends where there is nothing more to read, so that no event
 * waits for others, and at 500 events. An event that can never be published is logged and left out.
 *
 * The feed is keyed by job, for its order; requests by execution, so that the files of a job are read side by side.
 *
 * @throws LaterReleaseError at an event that a later release wrote; all before it have been given by then.
 */
export async function* batches(
  steps: AsyncIterable<SubscriptionStep>,
  log: Pick<Logger, 'error'>,
): AsyncGenerator<Batch> {
  let messages = new Map<string, Message[]>();
  let events = 0;
  let position: Position | undefined;
  const add = (topic: string, message: Message) => {
    const group = messages.get(topic);
    if (group) group.push(message);
    else messages.set(topic, [message]);
  };
  const take = (upTo: Position): Batch => {
    const batch = { position: upTo, events, messages };
    messages = new Map();
    events = 0;
    return batch;
  };

  for await (const { event: stored, position: reached, caughtUp } of steps) {
    if (stored) {
      try {
        const event = toJobEvent(stored);
        const { traceparent } = stored.metadata;
        const message = toMessage(
          event,
          stored.id,
          typeof traceparent === 'string' ? traceparent : undefined,
        );
        add(JOB_EVENTS_TOPIC, message);
        if (event.type === 'ExecutionRequested') {
          const { provider, executionId } = event.data;
          add(requestsTopic(provider), { ...message, key: `${event.jobId}/${executionId}` });
        }
      } catch (err) {
        if (err instanceof LaterReleaseError) {
          if (position !== undefined && events > 0) yield take(position);
          throw err;
        }
        const { stream, revision, type, id } = stored;
        log.error({ err, position: reached, stream, revision, type, id }, 'An event can never be published');
      }
      events++;
    }
    position = reached;
    if (caughtUp || events >= MAX_EVENTS) yield take(reached);
  }
}
