import type { Message, MessageBus } from '@inkstream/message-bus';

/** Gives a function that publishes messages by topic, in the order of the map, and creates topics at their first use. */
export function createPublisher(bus: MessageBus) {
  const ensured = new Set<string>();
  return async (messages: ReadonlyMap<string, readonly Message[]>): Promise<void> => {
    const missing = [...messages.keys()].filter((topic) => !ensured.has(topic));
    if (missing.length > 0) await bus.ensureTopics(missing.map((name) => ({ name })));
    for (const topic of missing) ensured.add(topic);
    for (const [topic, group] of messages) await bus.publish(topic, group);
  };
}
