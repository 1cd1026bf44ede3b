import type { Readable } from 'node:stream';

/** What is stored under a key. `bytes` is the size of the whole object; `modifiedAt` is ISO 8601 UTC. */
export interface ObjectInfo {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: string;
}

export interface PutOptions {
  readonly signal?: AbortSignal;
  /** How many bytes the body has at most, if that is known: so much less memory is set aside for it. */
  readonly atMostBytes?: number;
  /** For whom it is stored, such as a client's address: each gets no more than a share of the memory. */
  readonly holder?: string;
  /**
   * Returns the SHA-256 of the body, in hex, once it has been read to its end: spares a store its own that sends one.
   * What does not have that hash on the way is refused there.
   */
  readonly sha256?: () => string | undefined;
}

/** Bytes `start` to `end`, both included, counted from 0, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Bytes under keys. A key is one or more segments of `A-Z a-z 0-9 . _ -` joined by `/`; no segment starts with a
 * dot; a segment has at most 255 characters, a key 1024. Any other is an `InvalidKeyError`.
 *
 * No key may be the folder of another one: if `a/b` is an object, `a` can't be one. Callers must name things so that
 * this never happens: a folder refuses such a key, S3 accepts it, MinIO accepts it and lists only one of the two.
 *
 * Promises, which `objectStoreContract` tests on every adapter:
 * - `put` streams: it holds no more than a few chunks, reads no faster than it writes, and the object is there,
 *   whole and durable, once it resolves. When the body fails or the signal aborts, it rejects with the body's error
 *   or the signal's reason, and nothing is left; an object that was under the key before is still there. A signal
 *   that aborts while the object is being made visible comes too late, and the put succeeds.
 * - An object is never seen half written.
 * - Keys never lead outside the store.
 * - Faults of the backend are `ObjectStoreUnavailableError`, whose `transient` is true; `ObjectStoreFullError` if there
 *   is no room. A store without room still reads and deletes.
 */
export interface ObjectStore {
  /** How many bytes of a body a put holds in memory, at most. */
  readonly putHoldsBytes: number;
  put(
    key: string,
    body: AsyncIterable<Uint8Array> | Uint8Array,
    options?: PutOptions,
  ): Promise<{ bytes: number }>;
  /**
   * The object's bytes, or the range of them; a range that ends beyond the object ends with it. Rejects with
   * `ObjectNotFoundError`, and with a `RangeError` if no byte of the object lies in the range.
   */
  get(key: string, options?: { range?: ByteRange; signal?: AbortSignal }): Promise<Readable>;
  /** Deletes the object; no error if there is none. */
  delete(key: string): Promise<void>;
  /**
   * Deletes all objects whose key starts with this prefix, which ends in `/`. Of an object that is put meanwhile,
   * either the whole or nothing is there afterwards.
   */
  deletePrefix(prefix: string): Promise<void>;
  /** All objects whose key starts with this prefix, which is empty or ends in `/`, in no certain order. */
  list(prefix: string): AsyncIterable<ObjectInfo>;
  /** Removes what unfinished puts that began before then left behind: by the store's clock, not that of this process. */
  sweepUnfinished(begunBefore: Date): Promise<void>;
  /** Rejects with `ObjectStoreUnavailableError` if the store does not answer, or has no room for a put. */
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
