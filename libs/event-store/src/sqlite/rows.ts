import { InvalidPositionError } from '../errors.ts';
import type { JsonObject, Position, RecordedEvent } from '../event-store.ts';

/**
 * `event_streams` keeps the head of each stream, so that numbering goes on after a truncation: `head` is
 * the last revision assigned, `first` the first one that is kept (`first > head`: the stream holds nothing any more).
 *
 * AUTOINCREMENT, since a position must never be used again, even if the last events of the log are deleted.
 */
export const migrations = [
  `
  CREATE TABLE event_streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    head INTEGER NOT NULL,
    first INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE event_log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stream INTEGER NOT NULL REFERENCES event_streams (id),
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    recorded_at INTEGER NOT NULL, -- ms since 1970
    UNIQUE (stream, revision),
    UNIQUE (stream, id)
  ) STRICT;
  `,
];

const POSITION_DIGITS = 16;
const POSITION = /^\d{16}$/;

/** A row of `event_log` with the name of its stream. */
export interface EventRow {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly recordedAt: number;
}

/** The columns of an `EventRow`, from `event_log e` and `event_streams s`. */
export const EVENT_COLUMNS = `
  e.position, s.name AS stream, e.revision, e.id, e.type, e.data, e.metadata, e.recorded_at AS recordedAt`;

/** The global sequence number, padded so that strings compare as the numbers do. */
export function formatPosition(sequence: number): Position {
  return String(sequence).padStart(POSITION_DIGITS, '0');
}

/**
 * The sequence number of a position; 0, before everything, if there is none.
 *
 * @throws InvalidPositionError if it is not a position of this adapter.
 */
export function parsePosition(position: Position | undefined): number {
  if (position === undefined) return 0;
  if (!POSITION.test(position)) throw new InvalidPositionError(`'${position}' is not a position in SQLite`);
  return Number(position);
}

export function toRecordedEvent(row: EventRow): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data) as JsonObject,
    metadata: JSON.parse(row.metadata) as JsonObject,
    stream: row.stream,
    revision: row.revision,
    position: formatPosition(row.position),
    recordedAt: new Date(row.recordedAt).toISOString(),
  };
}
