import type { ConsumeOptions, Message, MessageBus } from '@inkstream/message-bus';
import { type Attributes, metrics } from '@opentelemetry/api';
import { errorType } from './error-type.ts';
import { CALL_BUCKETS_S, secondsHistogram, secondsSince } from './histograms.ts';
import { TimedCalls } from './timed-calls.ts';
import { withOverrides } from './with-overrides.ts';

const messagesCounter = (name: string, description: string) =>
  metrics.getMeter('inkstream').createCounter(name, { unit: '{message}', description });

/** Counts the messages that a group is given, and measures its handler. */
function measureHandling(system: string) {
  const consumed = messagesCounter(
    'messaging.client.consumed.messages',
    'Messages given to a group, each time',
  );
  const duration = secondsHistogram('messaging.process.duration', 'Handling of messages', CALL_BUCKETS_S);
  return ({ topic, group, handler }: ConsumeOptions): ConsumeOptions['handler'] => {
    const attributes: Attributes = {
      'messaging.system': system,
      'messaging.destination.name': topic,
      'messaging.consumer.group.name': group,
      'messaging.operation.name': 'process',
    };
    return async (...delivery) => {
      consumed.add(1, attributes);
      const startedAt = performance.now();
      const record = (more: Attributes = {}) =>
        duration.record(secondsSince(startedAt), { ...attributes, ...more });
      try {
        await handler(...delivery);
      } catch (error) {
        record({ 'error.type': errorType(error) });
        throw error;
      }
      record();
    };
  };
}

/**
 * The bus, whose publishing and handling is measured. A publish is a span within a trace; the making and the handling of
 * a message are spans by those who do it, who know what it is about.
 */
export function instrumentBus(bus: MessageBus, system: string): MessageBus {
  const duration = secondsHistogram(
    'messaging.client.operation.duration',
    'Sending of messages',
    CALL_BUCKETS_S,
  );
  const sent = messagesCounter('messaging.client.sent.messages', 'Messages sent');
  const handled = measureHandling(system);
  const publish = async (topic: string, messages: readonly Message[]) => {
    const attributes = {
      'messaging.system': system,
      'messaging.destination.name': topic,
      'messaging.operation.name': 'send',
    };
    const calls = new TimedCalls({ duration, target: topic, attributesOf: () => attributes });
    await calls.call('send', () => bus.publish(topic, messages));
    sent.add(messages.length, attributes);
  };
  return withOverrides(bus, {
    publish,
    consume: (options) => bus.consume({ ...options, handler: handled(options) }),
  });
}
