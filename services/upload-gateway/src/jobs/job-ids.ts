import { randomUUID } from 'node:crypto';
import type { EventStore } from '@inkstream/event-store';

const STREAM = 'jobIds';
const TRUNCATE_EVERY = 1_000;

/**
 * A job id that nobody has: one more than the revision of an append to the stream of allocations, which is truncated
 * now and then so that it stays small.
 */
export async function allocateJobId(store: EventStore): Promise<number> {
  const event = { id: randomUUID(), type: 'JobIdAllocated', data: {}, metadata: {} };
  const { revision } = await store.append(STREAM, [event], { expected: 'any' });
  if (revision > 0 && revision % TRUNCATE_EVERY === 0) await store.truncate(STREAM, revision);
  return revision + 1;
}
