import type { DatabaseSync } from 'node:sqlite';
import type { Position, ProposedEvent, RecordedEvent } from './events.ts';

/** What a record takes in the log beside its data and metadata: positions grow by bytes, and so have gaps. */
const RECORD_OVERHEAD = 96;
/** In an append of several events, each is committed a little after it was prepared: the two positions differ. */
const COMMIT_LAG = 8;

/** Where the record of an event ends. The next one may begin here. */
export const endOf = ({ prepare, data, metadata }: RecordedEvent): number =>
  prepare + RECORD_OVERHEAD + data.length + metadata.length;

/** The table of all events, in log order. */
export class EventTable {
  readonly #addStream;
  readonly #insert;
  readonly #at;
  readonly #last;
  #next = 0;

  constructor(db: DatabaseSync) {
    this.#addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#at = db.prepare(
      'SELECT event_id, commit_position, prepare_position FROM events WHERE stream_id = ? AND revision = ?',
    );
    this.#last = db.prepare(
      'SELECT commit_position + length(data) + length(metadata) AS size FROM events ORDER BY commit_position DESC LIMIT 1',
    );
    this.rewind();
  }

  /** Goes on after the last event that is in the table. */
  rewind(): void {
    this.#next = Number(this.#last.get()?.size ?? 0) + RECORD_OVERHEAD;
  }

  addStream(name: string): number {
    return Number(this.#addStream.run(name).lastInsertRowid);
  }

  /** Writes events from a revision on, and gives the position of the last one. */
  insert(
    streamId: number,
    first: number,
    events: readonly ProposedEvent[],
    created: number,
  ): Position | undefined {
    const lag = events.length > 1 ? COMMIT_LAG : 0;
    let position: Position | undefined;
    for (const [index, { id, type, contentType, data, metadata }] of events.entries()) {
      position = { commit: this.#next + lag, prepare: this.#next };
      const row = [streamId, first + index, id, type, contentType, created] as const;
      this.#insert.run(position.commit, position.prepare, ...row, data, metadata);
      this.#next += RECORD_OVERHEAD + data.length + metadata.length;
    }
    return position;
  }

  idAt(streamId: number, revision: number): string | undefined {
    const row = this.#at.get(streamId, revision);
    return row === undefined ? undefined : String(row.event_id);
  }

  positionAt(streamId: number, revision: number): Position | undefined {
    const row = this.#at.get(streamId, revision);
    if (row === undefined) return undefined;
    return { commit: Number(row.commit_position), prepare: Number(row.prepare_position) };
  }
}
