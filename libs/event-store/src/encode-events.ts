import { InvalidAppendError } from './errors.ts';
import type { EventToAppend } from './event-store.ts';

/** The limit of EventStoreDB, kept by every adapter: data + metadata + 2 × type length, in bytes, of one append. */
export const MAX_APPEND_BYTES = 1_048_576;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An event with its id in lower case, its data and metadata as JSON text. */
export interface EncodedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/**
 * Serialises the events of one append, and refuses with `InvalidAppendError` what some adapter could never store:
 * no events, a stream name that is empty or begins with `$` (system streams), an id that is not a UUID or comes
 * twice, data that is not JSON, too many bytes.
 */
export function encodeEvents(stream: string, events: readonly EventToAppend[]): EncodedEvent[] {
  if (stream === '' || stream.startsWith('$')) throw new InvalidAppendError(`Bad stream name '${stream}'`);
  if (events.length === 0) throw new InvalidAppendError('An append needs at least one event');
  const encoded = events.map(encodeEvent);
  if (new Set(encoded.map(({ id }) => id)).size < encoded.length) {
    throw new InvalidAppendError('An event id comes twice in one append');
  }
  const bytes = bytesOf(encoded);
  if (bytes > MAX_APPEND_BYTES) {
    throw new InvalidAppendError(`The append to ${stream} has ${bytes} bytes, more than ${MAX_APPEND_BYTES}`);
  }
  return encoded;
}

function encodeEvent({ id, type, data, metadata }: EventToAppend): EncodedEvent {
  if (!UUID.test(id)) throw new InvalidAppendError(`The id '${id}' of ${type} is not a UUID`);
  if (type === '') throw new InvalidAppendError('An event needs a type');
  try {
    return { id: id.toLowerCase(), type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
  } catch (cause) {
    throw new InvalidAppendError(`${type} can't be serialised`, { cause });
  }
}

/** How many bytes the events of an append have, as the server counts them. */
export function bytesOf(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, event) => sum + sizeOf(event), 0);
}

function sizeOf({ type, data, metadata }: EncodedEvent): number {
  return Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length;
}
