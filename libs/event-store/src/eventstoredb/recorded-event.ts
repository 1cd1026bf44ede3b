import type { RecordedEvent as StoredEvent } from '@eventstore/db-client';
import type { JsonObject, RecordedEvent } from '../event-store.ts';
import { formatPosition } from './position.ts';

/**
 * The event as the port has it. What somebody else wrote and is no JSON object has no data, or no metadata.
 *
 * @throws Error where the server tells no position with the events of a stream, as those before 22.6 do.
 */
export function toRecordedEvent(event: StoredEvent): RecordedEvent {
  if (event.position === undefined)
    throw new Error('The server tells no positions: 23.10 or later is needed');
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

function objectOrNone(value: unknown): JsonObject {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !(value instanceof Uint8Array) ? (value as JsonObject) : {};
}
