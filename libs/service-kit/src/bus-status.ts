import type { MessageBus } from '@inkstream/message-bus';
import { observe, observeAll } from './telemetry/instruments.ts';

/** The problems of a bus, for `/health/ready` of an internal port; nothing if all is well. */
export function busDetails(bus: Pick<MessageBus, 'status'>): Readonly<Record<string, string>> {
  const { topics, laterRelease } = bus.status();
  const waiting = laterRelease.map(({ topic, group, waiting }) => `${waiting} of ${topic} for ${group}`);
  return {
    ...(topics.length > 0 ? { topics: topics.join('; ') } : {}),
    ...(waiting.length > 0
      ? { laterRelease: `Messages are waiting for an upgrade: ${waiting.join('; ')}` }
      : {}),
  };
}

/** Reports metrics of a bus until the process ends. */
export function observeBus(bus: Pick<MessageBus, 'status'>): void {
  const measure = (name: string, unit: string, description: string, read: () => number) =>
    observe(`inkstream.message_bus.${name}`, { unit, description }, read);
  const waiting = () => bus.status().laterRelease.reduce((sum, one) => sum + one.waiting, 0);
  measure('later_release', '{message}', 'Messages of a later release that wait for an upgrade', waiting);
  measure(
    'topics_wrong',
    '{topic}',
    'Topics whose settings differ from those that they should have',
    () => bus.status().topics.length,
  );
  measure(
    'renewed',
    '{consumer}',
    'Consumers renewed because they heard nothing',
    () => bus.status().renewed,
  );
  observeAll(
    'inkstream.message_bus.dead_letters',
    { kind: 'counter', unit: '{message}', description: 'Messages that went to the dead letters' },
    () =>
      bus
        .status()
        .deadLetters.map(({ topic, reason, count }) => ({ value: count, attributes: { topic, reason } })),
  );
}
