import type { RecordedDomainEvent } from '@inkstream/domain';
import { type EventStore, isFence } from '@inkstream/event-store';
import { fromStored } from './stored-events.ts';

export interface ReadEvents {
  /** The first revision, 0 by default. */
  readonly from?: number | undefined;
  /** As many as this at most. */
  readonly limit?: number | undefined;
  /** As in `ReadState`. */
  readonly atLeast?: number | undefined;
}

/** The events of a stream of the domain, upcast to today's shape. Fences are not among them. */
export async function* readEvents(
  store: Pick<EventStore, 'read'>,
  stream: string,
  { from, limit, atLeast }: ReadEvents,
): AsyncGenerator<RecordedDomainEvent> {
  const options = {
    ...(from === undefined ? {} : { from }),
    ...(limit === undefined ? {} : { limit }),
    atLeast,
  };
  for await (const stored of store.read(stream, options)) if (!isFence(stored)) yield fromStored(stored);
}
