import { setTimeout as sleep } from 'node:timers/promises';
import { DEAD_LETTER_TOPIC, topicSpec } from '@inkstream/contracts';
import type { Delivery, MessageBus } from '@inkstream/message-bus';

/** No consumer group: all that the topic holds is before it. */
const NOBODY = 'dead-letters-list';
/** After this long without another one, in ms, reading fails: the bus said that there are more. */
const PATIENCE_MS = 30_000;

/**
 * The header of a mark among the dead letters: the place of one that was put back on its topic. Its key is that one's,
 * so that it is kept for longer.
 */
export const REDRIVEN = 'x-redriven';

/** Which dead letters are meant: all, or those of a topic, a reason, a key. */
export interface Selection {
  readonly topic?: string | undefined;
  readonly reason?: string | undefined;
  readonly key?: string | undefined;
}

const isSelected = ({ key, headers }: Delivery, selection: Selection): boolean =>
  (selection.topic ?? headers['x-topic']) === headers['x-topic'] &&
  (selection.reason ?? headers['x-reason']) === headers['x-reason'] &&
  (selection.key ?? key) === key;

/** Calls `handle` with all that the topic holds now, in order within each partition. */
async function readAll(
  bus: MessageBus,
  patienceMs: number,
  handle: (delivery: Delivery) => void,
): Promise<void> {
  const count = await bus.lag(DEAD_LETTER_TOPIC, NOBODY);
  if (count === 0) return;
  let read = 0;
  const all = Promise.withResolvers<void>();
  const tail = await bus.tail({
    topic: DEAD_LETTER_TOPIC,
    from: 'beginning',
    handler(delivery) {
      if (read >= count) return;
      handle(delivery);
      if (++read === count) all.resolve();
    },
  });
  const done = new AbortController();
  const stuck = async () => {
    for (let before = -1; before < read; ) {
      before = read;
      await sleep(patienceMs, undefined, { signal: done.signal });
    }
    throw new Error(`The message bus returned ${read} of ${count} dead letters`);
  };
  try {
    await Promise.race([all.promise, stuck()]);
  } finally {
    done.abort();
    await tail.close();
  }
}

/**
 * Calls `handle` with the dead letters of a selection that are there now and were not put back on their topic, oldest
 * first in each partition. The topic is read twice, so that only the places of those that were are kept in memory.
 *
 * @throws Error if the bus does not return all of them.
 */
export async function readDeadLetters(
  bus: MessageBus,
  selection: Selection,
  handle: (delivery: Delivery) => void,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  await bus.ensureTopics([topicSpec(DEAD_LETTER_TOPIC)]);
  const redriven = new Set<string>();
  await readAll(bus, patienceMs, ({ headers }) => {
    if (headers[REDRIVEN] !== undefined) redriven.add(headers[REDRIVEN]);
  });
  await readAll(bus, patienceMs, (delivery) => {
    if (delivery.headers[REDRIVEN] !== undefined || redriven.has(delivery.offset)) return;
    if (isSelected(delivery, selection)) handle(delivery);
  });
}
