import type { DatabaseSync } from 'node:sqlite';
import type { ProposedEvent, RecordedEvent } from './events.ts';

/** Where the first event of a new log lies: a real one has records of its own in front of it. */
const FIRST_POSITION = 548;
/** What a record takes in the log beside its data and metadata: positions grow by bytes, and so have gaps. */
const RECORD_OVERHEAD = 166;

/** Where the record of an event ends. The next one may begin here. */
export const endOf = ({ position, data, metadata }: RecordedEvent): number =>
  position + RECORD_OVERHEAD + data.length + metadata.length;

/** The table of all events, in log order. */
export class EventTable {
  readonly #addStream;
  readonly #insert;
  readonly #at;
  readonly #last;
  #next = 0;

  constructor(db: DatabaseSync) {
    this.#addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#at = db.prepare(
      'SELECT event_id, commit_position FROM events WHERE stream_id = ? AND revision = ?',
    );
    this.#last = db.prepare(
      'SELECT commit_position, commit_position + length(data) + length(metadata) AS size FROM events ORDER BY commit_position DESC LIMIT 1',
    );
    this.rewind();
  }

  /** Goes on after the last event that is in the table. */
  rewind(): void {
    const size = this.#last.get()?.size;
    this.#next = size === undefined ? FIRST_POSITION : Number(size) + RECORD_OVERHEAD;
  }

  addStream(name: string): number {
    return Number(this.#addStream.run(name).lastInsertRowid);
  }

  /** Writes events from a revision on, and returns the position of the last one. */
  insert(
    streamId: number,
    first: number,
    events: readonly ProposedEvent[],
    created: number,
  ): number | undefined {
    let position: number | undefined;
    for (const [index, { id, type, contentType, data, metadata }] of events.entries()) {
      position = this.#next;
      const row = [streamId, first + index, id, type, contentType, created] as const;
      this.#insert.run(position, ...row, data, metadata);
      this.#next += RECORD_OVERHEAD + data.length + metadata.length;
    }
    return position;
  }

  /** Writes an event of another log at its place there. */
  copy(streamId: number, event: RecordedEvent): void {
    const { position, revision, id, type, contentType, created, data, metadata } = event;
    this.#insert.run(position, streamId, revision, id, type, contentType, created, data, metadata);
    this.#next = endOf(event);
  }

  /** The place of the last event. */
  last(): number | undefined {
    const position = this.#last.get()?.commit_position;
    return position === undefined ? undefined : Number(position);
  }

  idAt(streamId: number, revision: number): string | undefined {
    const row = this.#at.get(streamId, revision);
    return row === undefined ? undefined : String(row.event_id);
  }

  positionAt(streamId: number, revision: number): number | undefined {
    const row = this.#at.get(streamId, revision);
    return row === undefined ? undefined : Number(row.commit_position);
  }
}
