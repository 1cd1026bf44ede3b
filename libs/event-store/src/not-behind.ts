import { StaleReadError } from './errors.ts';
import type { ReadOptions, RecordedEvent } from './event-store.ts';

/**
 * Passes the events of a read on, and enforces its `atLeast`, for every adapter.
 *
 * @throws StaleReadError if the read came to the stream's end before that revision.
 */
export async function* notBehind(
  events: AsyncIterable<RecordedEvent>,
  stream: string,
  { atLeast, from, direction = 'forwards', limit }: ReadOptions,
): AsyncGenerator<RecordedEvent> {
  if (atLeast === undefined || limit === 0) return yield* events;
  const stale = () => new StaleReadError(`A read of ${stream} is behind revision ${atLeast}`);
  let seen = direction === 'forwards' ? (from ?? 0) - 1 : -1;
  let count = 0;
  for await (const event of events) {
    // Backwards, the first one is the newest.
    if (direction === 'backwards' && count === 0 && event.revision < Math.min(atLeast, from ?? atLeast))
      throw stale();
    seen = Math.max(seen, event.revision);
    count++;
    yield event;
  }
  const reachedEnd = direction === 'forwards' ? count !== limit : count === 0;
  if (reachedEnd && seen < atLeast) throw stale();
}
