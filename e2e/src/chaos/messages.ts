import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEAD_LETTER_TOPIC,
  DELETIONS_TOPIC,
  JOB_EVENTS_TOPIC,
  requestsGroup,
  requestsTopic,
} from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';
import { domainEventOf } from '@inkstream/service-kit';

/** So long after its last message a topic counts as read, ms. */
const QUIET_MS = 1_000;

/** Reads what is in a topic, from its beginning. */
async function readAll(bus: MessageBus, topic: string, handler: (delivery: Delivery) => void): Promise<void> {
  let messages = 0;
  const tail = await bus.tail({
    topic,
    from: 'beginning',
    handler(delivery) {
      messages++;
      handler(delivery);
    },
  });
  for (let before = -1; before < messages; await sleep(QUIET_MS)) before = messages;
  await tail.close();
}

/** What the relay published, and how much of it twice, by stream and revision. */
export async function publishedTwice(bus: MessageBus): Promise<{ messages: number; repeated: number }> {
  const seen = new Set<string>();
  let messages = 0;
  await readAll(bus, JOB_EVENTS_TOPIC, (delivery) => {
    domainEventOf(delivery);
    messages++;
    seen.add(`${delivery.headers.ce_subject}/${delivery.headers.ce_revision}`);
  });
  return { messages, repeated: messages - seen.size };
}

/** Each dead letter in words. */
export async function deadLetters(bus: MessageBus): Promise<string[]> {
  const letters: string[] = [];
  await readAll(bus, DEAD_LETTER_TOPIC, ({ key, headers }) =>
    letters.push(`${key} of ${headers['x-topic']}: ${headers['x-reason']}, ${headers['x-error']}`),
  );
  return letters;
}

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
