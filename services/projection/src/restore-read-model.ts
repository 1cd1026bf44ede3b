import { setTimeout as sleep } from 'node:timers/promises';
import { DOMAIN_STREAM_PREFIX } from '@inkstream/domain';
import { type EventStore, isFence } from '@inkstream/event-store';
import type { ReadModel } from '@inkstream/read-model';
import type { Logger } from '@inkstream/service-kit';
import type { RebuildReport } from './rebuild.ts';

/** Doubled after each rebuild that failed, ms: of two projections that overtake each other one gets to its end. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 600_000;

interface Stores {
  readonly eventStore: EventStore;
  readonly readModel: ReadModel;
}

async function hasEvents(eventStore: EventStore, signal: AbortSignal): Promise<boolean> {
  for await (const { event, caughtUp } of eventStore.subscribe({
    streamPrefix: DOMAIN_STREAM_PREFIX,
    after: undefined,
    signal,
  })) {
    if (event && !isFence(event)) return true;
    if (caughtUp) return false;
  }
  return false;
}

/** Whether the read model has no document, not even a tombstone, beside a log that has events: it is new, or was lost. */
export async function isReadModelLost(
  { eventStore, readModel }: Stores,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const _ of readModel.allJobs()) return false;
  return hasEvents(eventStore, signal);
}

/**
 * Rebuilds a lost read model, and tries again as long as that fails and nobody else has done it.
 *
 * @throws the signal's reason once it is aborted.
 */
export async function restoreReadModel(
  { log, ...stores }: Stores & { readonly log: Logger },
  rebuild: () => Promise<RebuildReport>,
  signal: AbortSignal,
): Promise<void> {
  log.warn('The read model is empty though there are events: lists are short until it is rebuilt');
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      if (await isReadModelLost(stores, signal)) log.info(await rebuild(), 'Rebuilt the read model');
      return;
    } catch (err) {
      signal.throwIfAborted();
      log.error({ err, waitMs }, 'The read model could not be rebuilt');
    }
    await sleep(waitMs, undefined, { signal });
  }
}
