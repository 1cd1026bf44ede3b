import type { DatabaseSync } from 'node:sqlite';
import { endOf } from './event-table.ts';
import { NO_EVENTS, originalOf, type RecordedEvent, TOMBSTONE } from './events.ts';
import { StreamIndex } from './stream-index.ts';
import { firstOf, isSoftDeleted } from './stream-metadata.ts';

export type Direction = 'forwards' | 'backwards';

/** What of a stream can be read: revisions from `first` to `head`, recorded at `since` (ms) or later. */
export interface ReadableStream {
  readonly kind: 'readable';
  readonly id: number;
  readonly first: number;
  readonly head: number;
  readonly since: number;
}
export type StreamView = ReadableStream | { readonly kind: 'missing' | 'tombstoned' };

const COLUMNS = `SELECT commit_position, name, revision, event_id, type, content_type, created, data, metadata
  FROM events JOIN streams ON streams.id = stream_id`;

type Row = Record<string, unknown>;
const bytes = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());

const recorded = (row: Row): RecordedEvent => ({
  position: Number(row.commit_position),
  stream: String(row.name),
  revision: Number(row.revision),
  id: String(row.event_id),
  type: String(row.type),
  contentType: String(row.content_type),
  created: Number(row.created),
  data: bytes(row.data),
  metadata: bytes(row.metadata),
});

/** Reads the committed log in pages. */
export class LogReader {
  readonly #index: StreamIndex;
  readonly #now: () => number;
  readonly #pages: Record<'all' | 'stream', Record<Direction, { all(...values: number[]): Row[] }>>;
  readonly #end;

  constructor(db: DatabaseSync, now: () => number) {
    this.#index = new StreamIndex(db);
    this.#now = now;
    const page = (where: string, order: string) =>
      db.prepare(`${COLUMNS} WHERE ${where} ORDER BY ${order} LIMIT ?`);
    const within = 'stream_id = ? AND revision BETWEEN ? AND ? AND created >= ?';
    this.#pages = {
      all: {
        forwards: page('commit_position >= ?', 'commit_position'),
        backwards: page('commit_position < ?', 'commit_position DESC'),
      },
      stream: { forwards: page(within, 'revision'), backwards: page(within, 'revision DESC') },
    };
    this.#end = db.prepare('SELECT MAX(commit_position) AS position FROM events');
  }

  /** What was committed since may have changed any stream. */
  refresh(): void {
    this.#index.forgetAll();
  }

  /** The position of the last event. */
  end(): number {
    return Number(this.#end.get()?.position ?? 0);
  }

  isEmpty(): boolean {
    return this.end() === 0;
  }

  /** Whether a place lies behind the last record. */
  isBeyondEnd(place: number): boolean {
    const [last] = this.all('backwards', Number.MAX_SAFE_INTEGER, 1);
    return last === undefined || place > endOf(last);
  }

  /** Whether a place lies within the record of an event, where nothing begins. */
  isWithinRecord(place: number): boolean {
    const [before] = this.all('backwards', place, 1);
    return before !== undefined && place < endOf(before);
  }

  /** Events of all streams: forwards from a position, included; backwards from it, excluded. */
  all(direction: Direction, from: number, limit: number): RecordedEvent[] {
    return this.#pages.all[direction].all(from, limit).map(recorded);
  }

  /** The data of the last event of a stream. */
  lastData(stream: string): Uint8Array | undefined {
    return this.#index.lastData(stream);
  }

  /** What of a stream there is to read now, after deletion and retention. */
  view(stream: string): StreamView {
    const { id, head, retention } = this.#index.state(stream);
    const original = originalOf(stream);
    // The metadata of a tombstoned stream can be written, but not read (4.7).
    const gone = original !== undefined && this.#index.state(original).head === TOMBSTONE;
    if (gone || head === TOMBSTONE) return { kind: 'tombstoned' };
    if (head === NO_EVENTS || isSoftDeleted(retention)) return { kind: 'missing' };
    const first = firstOf(retention, head);
    return { kind: 'readable', id, head, first, since: Math.max(0, this.#now() - retention.maxAgeMs) };
  }

  /** Events of a stream between two revisions, both included, as far as the view shows them. */
  stream(
    view: ReadableStream,
    direction: Direction,
    range: { from: number; to: number },
    limit: number,
  ): RecordedEvent[] {
    const from = Math.max(range.from, view.first);
    const to = Math.min(range.to, view.head);
    return this.#pages.stream[direction].all(view.id, from, to, view.since, limit).map(recorded);
  }
}
