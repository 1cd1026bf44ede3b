import { DEAD_LETTER_TOPIC } from '@inkstream/contracts';
import { type Delivery, type Message, type MessageBus, UnknownTopicError } from '@inkstream/message-bus';
import { REDRIVEN, readDeadLetters, type Selection } from './read.ts';

/** How many one run holds in memory, and how many it publishes at once. */
const MOST = 10_000;
const BATCH = 100;

/** What the dead letter says beside the message that it was. */
const ADDED = new Set(['x-reason', 'x-error', 'x-topic', 'x-offset', 'x-time']);

export interface Redriven {
  readonly redriven: number;
  /** Those that stay, since no topic can take them. */
  readonly stay: readonly Delivery[];
  /** Those that there was no room for in this run. */
  readonly left: number;
}

const original = ({ key, value, headers }: Delivery): Message => ({
  key,
  value,
  headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !ADDED.has(name))),
});

const mark = ({ key, offset }: Delivery): Message => ({ key, value: '', headers: { [REDRIVEN]: offset } });

/**
 * Puts dead letters back on the topics that they were in, as they were published there, in the order in which they were
 * set aside. Each is marked once its topic has it, and no longer listed then; a run that breaks off between the two
 * leaves some that are put back again, which consumers ignore as any repetition.
 *
 * @throws MessageBusUnavailableError; what was marked by then is not put back again.
 */
export async function redriveDeadLetters(bus: MessageBus, selection: Selection): Promise<Redriven> {
  const byTopic = new Map<string, Delivery[]>();
  const stay: Delivery[] = [];
  let [taken, left, redriven] = [0, 0, 0];
  await readDeadLetters(bus, selection, (delivery) => {
    const topic = delivery.headers['x-topic'];
    if (taken >= MOST) left++;
    else if (topic === undefined) stay.push(delivery);
    else if (byTopic.get(topic)?.push(delivery) === undefined) byTopic.set(topic, [delivery]);
    taken++;
  });
  for (const [topic, letters] of byTopic) {
    for (let at = 0; at < letters.length; at += BATCH) {
      const batch = letters.slice(at, at + BATCH);
      if (await publish(bus, topic, batch)) redriven += batch.length;
      else stay.push(...batch);
    }
  }
  return { redriven, stay, left };
}

/** False if the topic does not exist. */
async function publish(bus: MessageBus, topic: string, batch: readonly Delivery[]): Promise<boolean> {
  try {
    await bus.publish(topic, batch.map(original));
  } catch (error) {
    if (error instanceof UnknownTopicError) return false;
    throw error;
  }
  await bus.publish(DEAD_LETTER_TOPIC, batch.map(mark));
  return true;
}
