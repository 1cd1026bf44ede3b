import { topicSpec } from '@inkstream/contracts';
import type { Message, MessageBus } from '@inkstream/message-bus';

/**
 * Returns a function that publishes messages by topic, and creates topics at their first use.
 *
 * All topics at once, the feed last: none depends on another, since who works on a request reads the job's stream and
 * not what came of the feed. It settles when every topic has, so that a batch that is repeated never overtakes itself.
 */
export function createPublisher(bus: MessageBus) {
  const ensured = new Set<string>();
  return async (messages: ReadonlyMap<string, readonly Message[]>): Promise<void> => {
    const missing = [...messages.keys()].filter((topic) => !ensured.has(topic));
    if (missing.length > 0) await bus.ensureTopics(missing.map(topicSpec));
    for (const topic of missing) ensured.add(topic);
    const published = await Promise.allSettled(
      [...messages].reverse().map(([topic, group]) => bus.publish(topic, group)),
    );
    const failed = published.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
  };
}
