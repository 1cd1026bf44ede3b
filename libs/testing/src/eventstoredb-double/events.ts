/** An event as a client proposes it. `id` is a UUID; `data` and `metadata` are the bytes as they came. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/**
 * An event as it stands in the log. `position` is its place there, which the protocol calls both `commit` and
 * `prepare`; places have gaps. `revision` counts from 0 within the stream, `created` is in ms.
 */
export interface RecordedEvent extends ProposedEvent {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly created: number;
}

/** What a writer believes about a stream; a number is the revision of its last event. */
export type Expectation = 'any' | 'no_stream' | 'stream_exists' | number;

/** The head of a stream without events. */
export const NO_EVENTS = -1;

/**
 * The revision of the event that tombstones a stream. EventStoreDB's is the largest 64-bit integer; here it is
 * the largest that JavaScript counts to, and `wireRevision` writes the real one.
 */
export const TOMBSTONE = Number.MAX_SAFE_INTEGER;
/** The event of a tombstone. */
export const tombstone = (id: string): ProposedEvent => ({
  id,
  type: '$streamDeleted',
  contentType: 'application/octet-stream',
  data: new Uint8Array(),
  metadata: new Uint8Array(),
});

export const LARGEST_INT64 = '9223372036854775807';

/** A revision in decimal digits, as the protocol has it. */
export const wireRevision = (revision: number): string =>
  revision === TOMBSTONE ? LARGEST_INT64 : String(revision);

/** A 64-bit number of the protocol; what JavaScript can't count to is beyond every revision and position. */
export const fromWire = (digits: string): number => Math.min(Number(digits), Number.MAX_SAFE_INTEGER);

const METADATA_PREFIX = '$$';
export const metadataStreamOf = (stream: string): string => METADATA_PREFIX + stream;
/** The stream that a metadata stream speaks of; undefined if it is not one. */
export const originalOf = (stream: string): string | undefined =>
  stream.startsWith(METADATA_PREFIX) ? stream.slice(METADATA_PREFIX.length) : undefined;
