import { setTimeout as sleep } from 'node:timers/promises';
import { DELETIONS_TOPIC, JOB_EVENTS_TOPIC, requestsGroup, requestsTopic } from '@inkstream/contracts';
import type { MessageBus } from '@inkstream/message-bus';
import { domainEventOf } from '@inkstream/service-kit';

/** So long after its last message a topic counts as read, ms. */
const QUIET_MS = 1_000;

/** How many messages of a topic came twice, by stream and revision. */
async function repeatedIn(bus: MessageBus, topic: string): Promise<{ messages: number; repeated: number }> {
  const seen = new Set<string>();
  let messages = 0;
  const tail = await bus.tail({
    topic,
    from: 'beginning',
    handler(delivery) {
      domainEventOf(delivery);
      messages++;
      seen.add(`${delivery.headers.ce_subject}/${delivery.headers.ce_revision}`);
    },
  });
  for (let before = -1; before < messages; await sleep(QUIET_MS)) before = messages;
  await tail.close();
  return { messages, repeated: messages - seen.size };
}

/** What the relay published, and how much of it twice. */
export const publishedTwice = (bus: MessageBus) => repeatedIn(bus, JOB_EVENTS_TOPIC);

/** The groups that work, and their topics. */
const groups = (providers: readonly string[]): readonly (readonly [topic: string, group: string])[] => [
  [JOB_EVENTS_TOPIC, 'projection'],
  [DELETIONS_TOPIC, 'content-eraser'],
  ...providers.flatMap((name) =>
    (['interactive', 'bulk'] as const).map(
      (priority) => [requestsTopic(name, priority), requestsGroup(name, priority)] as const,
    ),
  ),
];

/** How many messages each group has before it. */
export async function lags(bus: MessageBus, providers: readonly string[]): Promise<Record<string, number>> {
  const entries = groups(providers).map(
    async ([topic, group]) => [`${group} on ${topic}`, await bus.lag(topic, group)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
