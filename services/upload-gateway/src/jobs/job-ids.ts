import { randomUUID } from 'node:crypto';
import type { EventStore } from '@inkstream/event-store';

const STREAM = 'jobIds';
const TRUNCATE_EVERY = 1_000;

/**
 * Job ids that nobody has, by one append to the stream of allocations: one more than the revision of each event. The
 * stream is truncated now and then so that it stays small.
 *
 * @returns the first of `count` ids in a row.
 */
async function allocate(store: EventStore, count: number): Promise<number> {
  const events = Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'JobIdAllocated',
    data: {},
    metadata: {},
  }));
  const { revision } = await store.append(STREAM, events, { expected: 'any' });
  const first = revision - count + 1;
  const thousands = (value: number) => Math.floor(value / TRUNCATE_EVERY);
  if (thousands(revision) > thousands(first - 1) && revision >= TRUNCATE_EVERY)
    await store.truncate(STREAM, revision);
  return first + 1;
}

/**
 * Gives a job id that nobody has, at each call another one. Calls that come while an append runs share the next one:
 * under load ids then cost hardly anything.
 */
export function jobIdAllocator(store: EventStore): () => Promise<number> {
  let waiting: PromiseWithResolvers<number>[] = [];
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const first = await allocate(store, batch.length);
        for (const [n, { resolve }] of batch.entries()) resolve(first + n);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isRunning = false;
  };
  return () => {
    const id = Promise.withResolvers<number>();
    waiting.push(id);
    if (!isRunning) void run();
    return id.promise;
  };
}
