import { ConcurrencyError } from '../errors.ts';
import type { EventStore, RecordedEvent } from '../event-store.ts';

export type Streams = Pick<EventStore, 'read' | 'append' | 'truncate'>;

/** As much of an event store as a lease needs, in memory and at once. */
export function memoryStreams(): Streams & { readonly of: (stream: string) => readonly RecordedEvent[] } {
  const streams = new Map<string, { events: RecordedEvent[]; next: number }>();
  const find = (stream: string) => streams.get(stream) ?? { events: [], next: 0 };
  return {
    of: (stream) => find(stream).events,
    async *read(stream, { direction, limit } = {}) {
      const { events } = find(stream);
      yield* (direction === 'backwards' ? events.toReversed() : events).slice(0, limit);
    },
    async append(stream, events, { expected }) {
      const found = find(stream);
      const last = found.events.at(-1)?.revision ?? null;
      const fits = expected === 'any' || (expected === 'no_stream' ? last === null : last === expected);
      if (!fits) throw new ConcurrencyError(stream, expected, last);
      const recorded = events.map((event, index) => {
        const revision = found.next + index;
        return { ...event, stream, revision, position: String(revision), recordedAt: '' };
      });
      streams.set(stream, {
        events: [...found.events, ...recorded],
        next: found.next + events.length,
      });
      return { revision: found.next + events.length - 1, position: '' };
    },
    async truncate(stream, before) {
      const { events, next } = find(stream);
      streams.set(stream, { events: events.filter(({ revision }) => revision >= before), next });
    },
  };
}
