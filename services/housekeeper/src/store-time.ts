import { randomUUID } from 'node:crypto';
import type { EventStore } from '@inkstream/event-store';

const STREAM = 'housekeeper-clock';
const TRUNCATE_EVERY = 100;

/**
 * The event store's time: when it recorded an event that was appended just now. What is due is told by it alone, so that
 * a process whose clock is wrong, or that was frozen since it asked, takes nothing for older than it is.
 */
export async function storeTime(store: Pick<EventStore, 'append' | 'read' | 'truncate'>): Promise<Date> {
  const event = { id: randomUUID(), type: 'TimeAsked', data: {}, metadata: {} };
  const { revision } = await store.append(STREAM, [event], { expected: 'any' });
  if (revision > 0 && revision % TRUNCATE_EVERY === 0) await store.truncate(STREAM, revision);
  for await (const { recordedAt } of store.read(STREAM, { from: revision, limit: 1, atLeast: revision }))
    return new Date(recordedAt);
  throw new Error(`${STREAM} does not show what was appended to it`);
}
