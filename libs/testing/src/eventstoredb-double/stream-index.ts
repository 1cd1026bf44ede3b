import type { DatabaseSync } from 'node:sqlite';
import { BoundedMap } from './bounded-map.ts';
import { metadataStreamOf, NO_EVENTS, originalOf } from './events.ts';
import { isSoftDeleted, METADATA_RETENTION, type Retention, retentionOf } from './stream-metadata.ts';

/** A stream as one connection sees it. `id` is 0 for a stream that was never written to. */
export interface StreamState {
  readonly id: number;
  /** The revision of the last event, `NO_EVENTS` or `TOMBSTONE`. */
  readonly head: number;
  readonly retention: Retention;
}

const CACHED_STREAMS = 20_000;

/** Looks up streams: their heads, and what their metadata says. */
export class StreamIndex {
  readonly #find;
  readonly #lastData;
  readonly #cache = new BoundedMap<string, StreamState>(CACHED_STREAMS);

  constructor(db: DatabaseSync) {
    this.#find = db.prepare(
      'SELECT id, (SELECT MAX(revision) FROM events WHERE stream_id = streams.id) AS head FROM streams WHERE name = ?',
    );
    this.#lastData = db.prepare(
      'SELECT data FROM events WHERE stream_id = (SELECT id FROM streams WHERE name = ?) ORDER BY revision DESC LIMIT 1',
    );
  }

  state(stream: string): StreamState {
    const cached = this.#cache.get(stream);
    if (cached !== undefined) return cached;
    const state = this.#load(stream);
    this.#cache.set(stream, state);
    return state;
  }

  softDeleted(stream: string): boolean {
    return isSoftDeleted(this.state(stream).retention);
  }

  /** The data of the last metadata event of a stream. */
  metadataOf(stream: string): Uint8Array | undefined {
    return this.lastData(metadataStreamOf(stream));
  }

  /** The data of the last event of a stream. */
  lastData(stream: string): Uint8Array | undefined {
    const row = this.#lastData.get(stream);
    return row?.data instanceof Uint8Array ? row.data : undefined;
  }

  /** Forgets what may have changed by an append to this stream. */
  forget(stream: string): void {
    this.#cache.delete(stream);
    const original = originalOf(stream);
    if (original !== undefined) this.#cache.delete(original);
  }

  written(stream: string, state: StreamState): void {
    this.forget(stream);
    this.#cache.set(stream, state);
  }

  forgetAll(): void {
    this.#cache.clear();
  }

  #load(stream: string): StreamState {
    const row = this.#find.get(stream);
    const original = originalOf(stream);
    return {
      id: Number(row?.id ?? 0),
      head: Number(row?.head ?? NO_EVENTS),
      retention: original === undefined ? retentionOf(this.metadataOf(stream)) : METADATA_RETENTION,
    };
  }
}
