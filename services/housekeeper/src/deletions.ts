import { JOB_STREAM_PREFIX, jobObjects, pictureObjects } from '@inkstream/domain';
import type { EventStore, Position, RecordedEvent } from '@inkstream/event-store';

export interface Search {
  /** Everything up to here was looked at. */
  readonly searched: Position | null;
  /** Whether a job was deleted. */
  readonly found: boolean;
}

/**
 * Where objects may have been stored for what an event deletes, by whoever did not know of it yet; undefined if it is no
 * deletion. Of a file the results are not among them: the message of its execution comes again until its worker knows.
 */
function prefixOf({ type, data, metadata: { uid } }: RecordedEvent): string | undefined {
  if (typeof uid !== 'string') return undefined;
  if (type === 'JobDeleted') return jobObjects(uid);
  return type === 'FileDeleted' ? pictureObjects(uid, Number(data.fileId)) : undefined;
}

/**
 * Looks for jobs and files that were deleted, and tells `onDeleted` under which prefix their objects were, from a
 * position on: at every event once, and at none that was recorded after `until`. Of files that are deleted from a living
 * job no name is truncated, so there is nothing to scavenge for them.
 */
export async function searchDeletions(
  store: Pick<EventStore, 'subscribe'>,
  after: Position | null,
  until: Date,
  onDeleted: (prefix: string) => Promise<void>,
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
    if (event) {
      found ||= event.type === 'JobDeleted';
      const prefix = prefixOf(event);
      if (prefix !== undefined) await onDeleted(prefix);
    }
    searched = position;
    if (caughtUp) break;
  }
  signal.throwIfAborted();
  return { searched, found };
}
