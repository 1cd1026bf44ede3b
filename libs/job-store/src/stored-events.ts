import {
  type Caller,
  type DomainEvent,
  isJobEvent,
  type RecordedDomainEvent,
  type RecordedExecutionEvent,
  type RecordedJobEvent,
  schemaVersionOf,
  subjectOf,
  UnknownEventError,
  upcast,
} from '@inkstream/domain';
import type { EventToAppend, JsonObject, RecordedEvent } from '@inkstream/event-store';
import { v5 as uuidv5 } from 'uuid';

/** The UUID namespace of job events, itself an arbitrary but fixed UUID. */
const NAMESPACE = '7b0d6a53-8f2f-4c7e-9d3a-5b1f0e6c2a94';

/** What an append has beside its events. */
export interface AppendContext {
  /** Of the job. */
  readonly uid: string;
  /** On whose behalf. */
  readonly caller: Caller;
  /** Links the events to the request that caused them (W3C trace context). */
  readonly traceparent?: string | undefined;
  /**
   * Tells a request from another one that asks for the same at the same moment: without it the two are one, which is
   * what a worker wants that repeats itself.
   */
  readonly distinct?: string | undefined;
}

/**
 * The id of an event: UUIDv5 of its job's uid, stream, type and data, so that a repeated append is the same append, and
 * so that two writers who decide differently at once (two providers asked for, two workers that start) never pass for it.
 */
const eventId = (
  stream: string,
  { type, data }: DomainEvent,
  { uid, distinct = '' }: AppendContext,
): string => uuidv5([uid, stream, type, JSON.stringify(data), distinct].join('/'), NAMESPACE);

/** An event of a job or execution as the store takes it. */
export function toStored(stream: string, event: DomainEvent, context: AppendContext): EventToAppend {
  const { uid, caller, traceparent } = context;
  return {
    id: eventId(stream, event, context),
    type: event.type,
    data: event.data as unknown as JsonObject,
    metadata: {
      schemaVersion: schemaVersionOf(event.type),
      uid,
      ...caller,
      ...(traceparent ? { traceparent } : {}),
    },
  };
}

/** The W3C `traceparent` of the request or message that an event was appended for, if it has one. */
export const traceparentOf = ({ metadata }: Pick<RecordedEvent, 'metadata'>): string | undefined =>
  typeof metadata.traceparent === 'string' ? metadata.traceparent : undefined;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * An event of a job or execution as the domain takes it.
 *
 * @throws LaterReleaseError if a later release wrote it.
 * @throws UnknownEventError if the stream is not of the domain, or holds what does not belong there.
 */
export function fromStored(stored: RecordedEvent): RecordedDomainEvent {
  const { stream, revision, recordedAt, metadata } = stored;
  const subject = subjectOf(stream);
  if (subject === null) throw new UnknownEventError(`${stream} is not the stream of a job or an execution`);
  const schemaVersion = Number(metadata.schemaVersion);
  const event = upcast(stored.type, schemaVersion, stored.data);
  if (isJobEvent(event) !== (subject.kind === 'job'))
    throw new UnknownEventError(`${event.type} does not belong in ${stream}`);
  const caller = {
    tenant: textOf(metadata.tenant),
    actor: textOf(metadata.actor),
    requestId: textOf(metadata.requestId),
  };
  const { kind: _, ...key } = subject;
  const recorded = { ...key, uid: textOf(metadata.uid), revision, recordedAt, schemaVersion, caller };
  return { ...event, ...recorded } as RecordedDomainEvent;
}

export const isOfJob = (event: RecordedDomainEvent): event is RecordedJobEvent => isJobEvent(event);
export const isOfExecution = (event: RecordedDomainEvent): event is RecordedExecutionEvent =>
  !isJobEvent(event);
