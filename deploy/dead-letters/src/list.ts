import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, topicSpec } from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';

/** No consumer group: all that the topic holds is before it. */
const NOBODY = 'dead-letters-list';
/** So long without another one, in ms, is an error: the bus said that there are more. */
const PATIENCE_MS = 30_000;

const lineOf = ({ key, offset, headers }: Delivery): string =>
  [
    headers['x-time'] ?? headers.ce_time ?? '-',
    headers['x-topic'] ?? '-',
    key,
    headers['x-reason'] ?? '-',
    headers['x-error'] ?? '-',
    offset,
  ]
    .map((field) => field.replaceAll(/\s+/g, ' '))
    .join('\t');

/**
 * Writes a line for each dead letter that is there now, oldest first in each partition: when it was set aside, the topic
 * that it was in, its key, the reason in a word and in a sentence, and its place among the dead letters, between tabs.
 * Returns how many there are.
 *
 * @throws Error where the bus does not give all of them.
 */
export async function listDeadLetters(
  bus: MessageBus,
  write: (line: string) => void,
  patienceMs = PATIENCE_MS,
): Promise<number> {
  await bus.ensureTopics([topicSpec(DEAD_LETTER_TOPIC)]);
  const count = await bus.lag(DEAD_LETTER_TOPIC, NOBODY);
  if (count === 0) return 0;
  let listed = 0;
  const all = Promise.withResolvers<void>();
  const tail = await bus.tail({
    topic: DEAD_LETTER_TOPIC,
    from: 'beginning',
    handler(delivery) {
      if (listed >= count) return;
      write(lineOf(delivery));
      if (++listed === count) all.resolve();
    },
  });
  const done = new AbortController();
  const stuck = async () => {
    for (let before = -1; before < listed; ) {
      before = listed;
      await sleep(patienceMs, undefined, { signal: done.signal });
    }
    throw new Error(`The message bus gave ${listed} of ${count} dead letters`);
  };
  try {
    await Promise.race([all.promise, stuck()]);
  } finally {
    done.abort();
    await tail.close();
  }
  return count;
}
