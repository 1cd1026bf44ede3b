import { JOB_STREAM_PREFIX } from '@inkstream/domain';
import type { EventStore, Position } from '@inkstream/event-store';

export interface Search {
  /** Everything up to here was looked at. */
  readonly searched: Position | null;
  readonly found: boolean;
}

/**
 * Looks for jobs that were deleted, and tells `onDeleted` the uid of each, from a position on: at every event once, and at none that was recorded after
 * `until`. Of files that are deleted from a living job no name is truncated, so there is nothing to scavenge for them.
 */
export async function searchDeletions(
  store: Pick<EventStore, 'subscribe'>,
  after: Position | null,
  until: Date,
  onDeleted: (uid: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Search> {
  let searched = after;
  let found = false;
  for await (const { position, event, caughtUp } of store.subscribe({
    streamPrefix: JOB_STREAM_PREFIX,
    after: after ?? undefined,
    signal,
  })) {
    if (event && Date.parse(event.recordedAt) > until.getTime()) break;
    if (event?.type === 'JobDeleted') {
      found = true;
      const { uid } = event.metadata;
      if (typeof uid === 'string') await onDeleted(uid);
    }
    searched = position;
    if (caughtUp) break;
  }
  signal.throwIfAborted();
  return { searched, found };
}
