import type { RecordedEvent as StoredEvent } from '@eventstore/db-client';
import { parseUUID } from '@eventstore/db-client/dist/utils/grpcUUID.js';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { JsonObject, RecordedEvent } from '../event-store.ts';
import { formatPosition } from './position.ts';

/**
 * The event as the port has it. If somebody else wrote something that is not a JSON object, the event has no data, or
 * no metadata.
 *
 * @throws Error if the server sends no positions with the events of a stream, as those before 22.6 do.
 */
export function toRecordedEvent(event: StoredEvent): RecordedEvent {
  if (event.position === undefined)
    throw new Error('The server sends no positions: 23.10 or later is needed');
  return {
    id: event.id,
    type: event.type,
    data: objectOrNone(event.isJson ? event.data : undefined),
    metadata: objectOrNone(event.metadata),
    stream: event.streamId,
    revision: Number(event.revision),
    position: formatPosition(event.position),
    recordedAt: event.created.toISOString(),
  };
}

/** A tick of .NET is 100 ns. */
const DIGITS_BELOW_MS = 4;

/**
 * The same of an event as the protocol has it, without the client's own conversion, which is the largest cost of a
 * catch-up here. It never throws.
 */
export function fromMessage(message: ReadResp.ReadEvent): RecordedEvent | undefined {
  const event = message.getEvent();
  if (!event) return undefined;
  const properties = event.getMetadataMap();
  const isJson = properties.get('content-type') === 'application/json';
  const createdMs = Number(properties.get('created')?.slice(0, -DIGITS_BELOW_MS) ?? 0) || 0;
  return {
    id: parseUUID(event.getId()) ?? '',
    type: properties.get('type') ?? '',
    data: isJson ? parseObject(event.getData_asU8()) : {},
    metadata: parseObject(event.getCustomMetadata_asU8()),
    stream: toText(event.getStreamIdentifier()?.getStreamName_asU8() ?? NOTHING),
    revision: Number(event.getStreamRevision()),
    position: formatPosition({ commit: event.getCommitPosition(), prepare: event.getPreparePosition() }),
    recordedAt: new Date(createdMs).toISOString(),
  };
}

const NOTHING = new Uint8Array();

const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();

function parseObject(json: Uint8Array): JsonObject {
  if (json.length === 0) return {};
  try {
    return objectOrNone(JSON.parse(toText(json)));
  } catch {
    return {};
  }
}

function objectOrNone(value: unknown): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Uint8Array) ? (value as JsonObject) : {};
}
