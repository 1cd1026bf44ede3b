import {
  type JobEvent,
  jobIdOf,
  jobStream,
  type RecordedJobEvent,
  SCHEMA_VERSION,
  UnknownEventError,
  upcast,
} from '@inkstream/domain';
import type { EventToAppend, JsonObject, RecordedEvent } from '@inkstream/event-store';
import { v5 as uuidv5 } from 'uuid';

/** The UUID namespace of job events, itself an arbitrary but fixed UUID. */
const NAMESPACE = '7b0d6a53-8f2f-4c7e-9d3a-5b1f0e6c2a94';

/** What an append has beside its events. */
export interface AppendContext {
  /** Links the events to the request that caused them (W3C trace context). */
  readonly traceparent?: string | undefined;
  /**
   * Tells a request from another one that asks for the same at the same moment: without it the two are one, which is
   * what a worker wants that repeats itself.
   */
  readonly requestId?: string | undefined;
}

/**
 * The id of an event: UUIDv5 of its stream, type and data, so that a repeated append is the same append, and so that
 * two writers who decide differently at once (two providers asked for, two workers that start) never pass for it.
 */
const eventId = (stream: string, { type, data }: JobEvent, requestId: string | undefined): string =>
  uuidv5([stream, type, JSON.stringify(data), ...(requestId ? [requestId] : [])].join('/'), NAMESPACE);

/** A job's event as the store takes it. */
export function toStored(
  jobId: number,
  event: JobEvent,
  { traceparent, requestId }: AppendContext = {},
): EventToAppend {
  return {
    id: eventId(jobStream(jobId), event, requestId),
    type: event.type,
    data: event.data as unknown as JsonObject,
    metadata: { schemaVersion: SCHEMA_VERSION, ...(traceparent ? { traceparent } : {}) },
  };
}

/**
 * A job's event as the domain takes it.
 *
 * @throws UnknownEventError where the stream is no job's, or the type or version is unknown.
 */
export function fromStored(stored: RecordedEvent): RecordedJobEvent {
  const jobId = jobIdOf(stored.stream);
  if (jobId === null) throw new UnknownEventError(`${stored.stream} is not the stream of a job`);
  const event = upcast(stored.type, Number(stored.metadata.schemaVersion ?? 1), stored.data);
  return { ...event, jobId, revision: stored.revision, recordedAt: stored.recordedAt };
}
