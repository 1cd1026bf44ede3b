import { randomUUID } from 'node:crypto';
import { ConcurrencyError, StaleReadError } from './errors.ts';
import type { EventStore, JsonObject, RecordedEvent } from './event-store.ts';

/**
 * The type of a fence: an event without meaning for its stream, so that folds, relays and projections leave it out. Its
 * data is for whoever wrote it.
 */
const FENCED = 'Fenced';

export const isFence = ({ type }: Pick<RecordedEvent, 'type'>): boolean => type === FENCED;

/**
 * Proves that a stream is as it was read, by an append: no read can, since a node that was cut off from its cluster
 * serves what it has for seconds. Whoever deletes something because a stream does not want it, or is not there, calls
 * this first with the revision of the last event that it read (fences count), or `none`. Whoever writes to the stream
 * later meets the fence as a conflict, and reads again.
 *
 * @returns the revision of the fence, which is the last of the stream now.
 * @throws StaleReadError if the stream is not at this revision: what was read is out of date.
 * @throws EventStoreUnavailableError if nothing is proved; the fence may be there.
 */
export async function proveUnchanged(
  store: Pick<EventStore, 'append'>,
  stream: string,
  revision: number | 'none',
  signal?: AbortSignal,
  data: JsonObject = {},
): Promise<number> {
  const fence = { id: randomUUID(), type: FENCED, data, metadata: {} };
  const expected = revision === 'none' ? 'no_stream' : revision;
  try {
    const appended = await store.append(stream, [fence], { expected, ...(signal ? { signal } : {}) });
    return appended.revision;
  } catch (cause) {
    if (!(cause instanceof ConcurrencyError)) throw cause;
    throw new StaleReadError(`${stream} was read at ${revision}, and is at ${cause.actual ?? 'none'}`, {
      cause,
    });
  }
}
