import type { DatabaseSync } from 'node:sqlite';
import type { EncodedEvent } from '../encode-events.ts';
import { ConcurrencyError } from '../errors.ts';
import type { ExpectedRevision } from '../event-store.ts';

interface StreamRow {
  readonly id: number;
  readonly head: number;
  readonly first: number;
}

/** Where an append ends: the revision and the global sequence number of its last event. */
export interface Appended {
  readonly revision: number;
  readonly position: number;
}

/** If a clock goes back by up to this, ms, it counts as standing still. */
const MAX_HELD_MS = 5_000;

const NEW_STREAM = { id: 0, head: -1, first: 0 };

/** Writes streams; each method must run within a transaction. */
export function createWriter(db: DatabaseSync, now: () => Date) {
  const selectStream = db.prepare('SELECT id, head, first FROM event_streams WHERE name = ?');
  const selectEvent = db.prepare('SELECT revision, position FROM event_log WHERE stream = ? AND id = ?');
  const selectLast = db.prepare('SELECT recorded_at AS at FROM event_log ORDER BY position DESC LIMIT 1');
  const saveStream = db.prepare(`
    INSERT INTO event_streams (name, head) VALUES (?, ?)
    ON CONFLICT (name) DO UPDATE SET head = excluded.head RETURNING id`);
  const insertEvent = db.prepare(`
    INSERT INTO event_log (stream, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const saveFirst = db.prepare('UPDATE event_streams SET first = ? WHERE id = ?');
  const deleteEvents = db.prepare('DELETE FROM event_log WHERE stream = ? AND revision < ?');

  const streamOf = (name: string) => selectStream.get(name) as StreamRow | undefined;

  /** The events that the stream already holds. */
  const known = (stream: StreamRow, events: readonly EncodedEvent[]) =>
    stream.head < stream.first
      ? []
      : events.flatMap(({ id }) => (selectEvent.get(stream.id, id) as Appended | undefined) ?? []);

  /** The clock, kept from going behind the log, except behind a time that comes from a clock that once jumped ahead. */
  function recordingTime(): number {
    const time = now().getTime();
    const last = Number(selectLast.get()?.at ?? 0);
    return last - time > MAX_HELD_MS ? time : Math.max(time, last);
  }

  return {
    /** Appends, or finds the same append done before; throws `ConcurrencyError` before it writes anything. */
    append(name: string, events: readonly EncodedEvent[], expected: ExpectedRevision): Appended {
      const stream = streamOf(name) ?? NEW_STREAM;
      const earlier = known(stream, events);
      const matches = matchesHead(stream, expected);
      if (earlier.length > 0 && isRepetition(stream, expected, events, earlier, matches))
        return earlier.at(-1)!;
      if (earlier.length > 0 || !matches) {
        throw new ConcurrencyError(name, expected, stream.head < stream.first ? null : stream.head);
      }

      const revision = stream.head + events.length;
      const at = recordingTime();
      const { id: streamId } = saveStream.get(name, revision) as { id: number };
      let position = 0;
      for (const [index, { id, type, data, metadata }] of events.entries()) {
        const written = insertEvent.run(streamId, stream.head + 1 + index, id, type, data, metadata, at);
        position = Number(written.lastInsertRowid);
      }
      return { revision, position };
    },

    /** Deletes the events before the revision; a revision beyond the head means all of them. */
    truncate(name: string, beforeRevision: number): void {
      const stream = streamOf(name);
      if (stream === undefined) return;
      const first = Math.min(beforeRevision, stream.head + 1);
      if (first <= stream.first) return;
      saveFirst.run(first, stream.id);
      deleteEvents.run(stream.id, first);
    },
  };
}

function matchesHead({ head, first }: StreamRow, expected: ExpectedRevision): boolean {
  if (expected === 'any') return true;
  return expected === 'no_stream' ? head < first : head === expected;
}

/**
 * Whether this append was done before: the stream holds all of its events in a row, and they follow what the
 * writer expects now, or nothing came since what it expects (a writer that read its own event and repeats it).
 */
function isRepetition(
  stream: StreamRow,
  expected: ExpectedRevision,
  events: readonly EncodedEvent[],
  earlier: readonly Appended[],
  matchesNow: boolean,
): boolean {
  const start = earlier[0]!.revision;
  const inARow = earlier.every(({ revision }, index) => revision === start + index);
  if (earlier.length < events.length || !inARow) return false;
  return matchesNow || start === (expected === 'no_stream' ? stream.first : Number(expected) + 1);
}
