import type { EventStore } from '@inkstream/event-store';
import { beginUploads } from '@inkstream/job-store';

interface Waiting extends PromiseWithResolvers<number> {
  readonly uid: string;
}

/**
 * Assigns an unused job id to the upload of this uid, another one at each call. Calls that come while an append runs
 * share the next one: under load ids then cost hardly anything.
 */
export function jobIdAllocator(store: Pick<EventStore, 'append'>): (uid: string) => Promise<number> {
  let waiting: Waiting[] = [];
  let isRunning = false;
  const run = async () => {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const first = await beginUploads(
          store,
          batch.map(({ uid }) => uid),
        );
        for (const [n, { resolve }] of batch.entries()) resolve(first + n);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isRunning = false;
  };
  return (uid) => {
    const id = { uid, ...Promise.withResolvers<number>() };
    waiting.push(id);
    if (!isRunning) void run();
    return id.promise;
  };
}
